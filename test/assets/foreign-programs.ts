import type { Architecture } from '../../common/boot/architectures.ts';
import { ownArchitecture } from '../../common/boot/architectures.ts';

/** qemu-user for each architecture, as Debian's package qemu-user-static names it. */
const names: Record<Architecture, string> = { amd64: 'qemu-x86_64', arm64: 'qemu-aarch64' };

/** The package that starts programs of another architecture. */
export const foreignPrograms = {
  file: (arch: Architecture) => `/usr/bin/${names[arch]}-static`,
  package: 'qemu-user-static',
};

/**
 * Tells the kernel to start programs of another architecture by qemu-user (Documentation/admin-guide/binfmt-misc.rst), until the command
 * has ended; nothing to do where systemd has told the kernel before. The line for the kernel is the package's own (binfmt.d(5)).
 */
const script = `set -e
name=$1
shift
folder=/proc/sys/fs/binfmt_misc
[ -e $folder/register ] || mount -t binfmt_misc binfmt_misc $folder
if [ -e $folder/$name ]; then
	exec "$@"
fi
cat /usr/lib/binfmt.d/$name.conf >$folder/register
trap 'echo -1 >$folder/$name' EXIT
"$@"
`;

/** A command during which this machine starts programs of an architecture. Needs root. */
export function withProgramsOf(arch: Architecture, argv: [string, ...string[]]): [string, ...string[]] {
  return arch === ownArchitecture() ? argv : ['unshare', '--mount', 'sh', '-c', script, 'sh', names[arch], ...argv];
}
