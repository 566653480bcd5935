import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../boot/harness/processes.ts';
import { cached } from './cache.ts';
import { writePackageSources } from './package-sources.ts';

/** The Debian of these servers, on whatever Debian the tests run. */
const release = 'bookworm';
const packages = ['isc-dhcp-server', 'kea-dhcp4-server', 'dnsmasq-base', 'busybox'];

/** Folders and files that the packages' own set-up would make. */
const folders = [
  'proc',
  'sys',
  'run/kea',
  'var/run/kea',
  'var/lib/kea',
  'var/log/kea',
  'var/lib/misc',
  'etc/dnsmasq.d',
];
const files = {
  'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n',
  'etc/group': 'root:x:0:\nnogroup:x:65534:\ndip:x:30:\n',
  'etc/nsswitch.conf': 'hosts: files\n',
};

/** Documentation and the like: half of the size. */
const leaveOut = ['doc', 'man', 'info', 'locale', 'lintian', 'zoneinfo'].map(
  (name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`,
);

/**
 * A root with real DHCP servers and a client in it, for chroot(8): Debian's packages taken apart, not installed, so that no
 * daemon starts on the machine that runs the tests. Made once by mmdebstrap.
 */
export async function dhcpServersRoot(): Promise<string> {
  const dir = await cached('dhcp-servers', { release, packages, folders, files, leaveOut }, async (unfinished) => {
    const tree = path.join(unfinished, 'tree.new');
    const sources = path.join(unfinished, 'machine.sources');
    await writePackageSources(release, sources);
    const argv = ['--mode=root', '--variant=extract', `--include=${packages.join(',')}`, ...leaveOut];
    const few = '--aptopt=APT::Install-Recommends "false"';
    await run(['mmdebstrap', ...argv, few, release, tree, sources], { limitMs: 600_000 });
    for (const name of folders) await mkdir(path.join(tree, name), { recursive: true });
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(tree, name), text);
    await rename(tree, path.join(unfinished, 'tree'));
  });
  return path.join(dir, 'tree');
}
