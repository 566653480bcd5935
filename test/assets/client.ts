import path from 'node:path';
import { run } from '../boot/harness/processes.ts';
import { boel, systemimager } from './boel.ts';
import { cacheFile } from './cache.ts';
import { blankDisk } from './disk.ts';

let built: Promise<string> | undefined;

/** The program for golden clients, built from this checkout once a run: client.tar.gz. */
function clientArchive(): Promise<string> {
  built ??= (async () => {
    // One build at a time: both keep packages and their lists in the same cache.
    await boel();
    const root = cacheFile('boel');
    await run(systemimager('--root', root, 'build', 'client'), {
      cwd: '/',
      limitMs: 600_000,
      env: { HOME: process.env.HOME ?? '/root', SYSTEMIMAGER_CACHE: cacheFile('') },
    });
    return path.join(root, 'var/lib/systemimager/boot/amd64/client.tar.gz');
  })();
  return built;
}

/** Unpacks what prepareclient comes in: systemimager-client/ in the folder. */
export async function unpackClient(folder: string): Promise<void> {
  await run(['tar', '-xzf', await clientArchive(), '-C', folder], { limitMs: 120_000 });
}

/** A stick without partition table that holds it. */
export async function clientDisk(dir: string): Promise<string> {
  const folder = path.join(dir, 'client');
  await run(['mkdir', folder]);
  await unpackClient(folder);
  const disk = await blankDisk(dir, 'stick', '320M');
  await run(['mke2fs', '-q', '-F', '-t', 'ext4', '-d', folder, disk], { limitMs: 120_000 });
  return disk;
}
