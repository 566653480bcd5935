import { readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { absPath } from '../../common/system/place.ts';
import { cached } from '../../test/assets/cache.ts';
import { run } from '../../test/boot/harness/processes.ts';
import type { Kernel } from './media-ways.ts';

/** Debian's package of its installer for the network. */
const name = 'debian-installer-12-netboot-amd64';
const folder = 'usr/lib/debian-installer/images/12/amd64/text/debian-installer/amd64';

/** Kernel and initrd of Debian's installer; `firstLine` is what its own programs print first. */
export async function debianInstaller(): Promise<Kernel> {
  const dir = await cached('bench-debian-installer', { name, folder }, async (unfinished) => {
    const opened = path.join(unfinished, 'opened');
    const options = { cwd: absPath(unfinished), limitMs: 600_000 };
    await run(['apt-get', 'download', name], options);
    const [deb = ''] = (await readdir(unfinished)).filter((one) => one.endsWith('.deb'));
    await run(['dpkg-deb', '-x', deb, opened], options);
    for (const file of ['linux', 'initrd.gz'])
      await rename(path.join(opened, folder, file), path.join(unfinished, file));
    for (const one of [opened, path.join(unfinished, deb)]) await rm(one, { recursive: true });
  });
  return {
    kernel: path.join(dir, 'linux'),
    initrd: path.join(dir, 'initrd.gz'),
    firstLine: 'Starting system log daemon',
  };
}
