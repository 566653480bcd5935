import { mkdtemp, readFile, rm, rmdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { absPath } from '../../common/system/place.ts';
import { mustUndo, run } from '../boot/harness/processes.ts';
import { type Listing, parseListing } from './listing.ts';

const script = path.join(import.meta.dirname, 'list-tree.sh');

/** The listing of a directory of this machine. */
export async function listTree(dir: string): Promise<Listing> {
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'listing-'));
  const out = absPath(path.join(scratch, 'out'));
  try {
    await run(['sh', script, dir], { stdoutFile: out });
    return parseListing(await readFile(out));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** A partition of a disk image by its number, in bytes. */
export async function partitionOf(disk: string, number: number): Promise<{ startBytes: number; sizeBytes: number }> {
  const { stdout } = await run(['sfdisk', '--json', disk]);
  const { partitiontable } = JSON.parse(stdout) as {
    partitiontable: { sectorsize?: number; partitions: { node: string; start: number; size: number }[] };
  };
  const found = partitiontable.partitions.find(
    ({ node }) => node.slice(disk.length).replace(/^p/, '') === String(number),
  );
  if (!found) throw new Error(`${disk} has no partition ${number}`);
  const sector = partitiontable.sectorsize ?? 512;
  return { startBytes: found.start * sector, sizeBytes: found.size * sector };
}

/**
 * The listing of an installed filesystem that this machine can mount (ext2 to ext4, xfs, btrfs), read-only, no journal replayed.
 * `skipBytes`: where in the partition it begins, behind the metadata of an array or a volume group.
 */
export async function listPartition(
  disk: string,
  number: number,
  type: 'ext4' | 'xfs' | 'btrfs',
  skipBytes = 0,
): Promise<Listing> {
  const part = await partitionOf(disk, number);
  const [startBytes, sizeBytes] = [part.startBytes + skipBytes, part.sizeBytes - skipBytes];
  const dir = await mkdtemp(path.join(os.tmpdir(), 'installed-'));
  const replay = { ext4: 'noload', xfs: 'norecovery', btrfs: 'rescue=nologreplay' }[type];
  const undo = mustUndo(async () => {
    await run(['umount', dir]);
    await rmdir(dir);
  });
  await run(['mount', '-t', type, '-o', `ro,loop,offset=${startBytes},sizelimit=${sizeBytes},${replay}`, disk, dir]);
  try {
    return await listTree(dir);
  } finally {
    await undo();
  }
}
