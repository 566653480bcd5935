import { type Architecture, ownArchitecture, triplets } from '../common/boot/architectures.ts';
import { hostProgram, refuseMissing } from '../common/system/host-files.ts';

/** The programs that open packages, which each build needs. */
export const packagePrograms = { 'apt-get': 'apt', xz: 'xz-utils', zstd: 'zstd' };

/** Programs of the build machine that a build starts, and the Debian package of each. */
const hostPrograms: Record<string, string> = {
  ...packagePrograms,
  depmod: 'kmod',
  mksquashfs: 'squashfs-tools',
  'dpkg-source': 'dpkg-dev',
  patch: 'patch',
  make: 'make',
  // Compiles the programs with which busybox is built.
  gcc: 'gcc',
  bzip2: 'bzip2',
};

/** What the names of the GNU compiler and its tools for an architecture begin with. */
export const toolPrefix = (architecture: Architecture) => `${triplets[architecture]}-`;

/** The package of a tool for an architecture: `gcc`, or `gcc-aarch64-linux-gnu` if this machine has another architecture. */
const toolPackage = (name: string, architecture: Architecture) =>
  architecture === ownArchitecture() ? name : `${name}-${triplets[architecture].replace('_', '-')}`;

/** Packages without a program to look for: headers that the build programs of busybox are compiled with. */
const hostFiles: Record<string, string> = { '/usr/include/stdio.h': 'libc6-dev' };

/** What compiles a kernel. */
const kernelPrograms: Record<string, string> = { flex: 'flex', bison: 'bison', bc: 'bc' };
const compilers: Record<string, string> = { make: 'make', gcc: 'gcc', ld: 'binutils', patch: 'patch', perl: 'perl' };
const kernelFiles: Record<string, string> = { '/usr/include/libelf.h': 'libelf-dev' };

/** The packages of `make kernel`, besides those of a build of BOEL. */
export const kernelPackages = [...Object.values(kernelPrograms), ...Object.values(kernelFiles)];

/** The packages that a build for this machine's own architecture needs on Debian, for a set-up list. */
export const hostPackages = [
  ...new Set([...Object.values(hostPrograms), 'binutils', ...Object.values(hostFiles)]),
].sort();

/** Stops before a build starts, with one sentence that names every package that is missing. */
export async function checkHost(what: 'boot' | 'client' | 'kernel', architecture: Architecture): Promise<void> {
  if (what === 'kernel')
    return refuseMissing('compiling a kernel', [
      ...needs({ ...packagePrograms, ...compilers, ...kernelPrograms }),
      ...files({ ...hostFiles, ...kernelFiles }),
    ]);
  const tool = (program: string, packageName: string) =>
    hostProgram(`${toolPrefix(architecture)}${program}`, toolPackage(packageName, architecture));
  const strip = tool('strip', 'binutils');
  if (what === 'client') return refuseMissing('a build', [...needs(packagePrograms), strip]);
  await refuseMissing('a build', [...needs(hostPrograms), strip, tool('gcc', 'gcc'), ...files(hostFiles)]);
}

/** Stops with one sentence if this machine lacks one of these programs; the values are their packages. */
export async function checkPrograms(programs: Record<string, string>): Promise<void> {
  await refuseMissing('a build', needs(programs));
}

const needs = (programs: Record<string, string>) =>
  Object.entries(programs).map(([program, name]) => hostProgram(program, name));

const files = (all: Record<string, string>) => Object.entries(all).map(([file, name]) => ({ name, places: [file] }));
