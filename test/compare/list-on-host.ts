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

/** An installed filesystem: the disk's image, its partition, its type, and the bytes of the disk's sectors (512 where not said). */
export type PartitionAt = {
  disk: string;
  number: number;
  type: 'ext4' | 'ext3' | 'xfs' | 'btrfs';
  sectorBytes?: 512 | 4096;
  /** Where in the partition it begins, behind the metadata of an array or a volume group. */
  skipBytes?: number;
};

/** Read-only, and no journal replayed: ext4(5), xfs(5), btrfs(5). */
const readOnly = { ext4: 'noload', ext3: 'noload', xfs: 'norecovery', btrfs: 'rescue=nologreplay' };

/** A partition of a disk image, in bytes. sfdisk takes a file's sectors for 512 bytes, so it gets a loop device. */
async function partitionOf({
  disk,
  number,
  sectorBytes = 512,
}: Pick<PartitionAt, 'disk' | 'number' | 'sectorBytes'>): Promise<{ startBytes: number; sizeBytes: number }> {
  const device = (
    await run(['losetup', '--find', '--show', '--read-only', '--sector-size', String(sectorBytes), disk])
  ).stdout.trim();
  const undo = mustUndo(async () => void (await run(['losetup', '--detach', device])));
  try {
    const { stdout } = await run(['sfdisk', '--json', device]);
    const { partitiontable } = JSON.parse(stdout) as {
      partitiontable: { partitions: { node: string; start: number; size: number }[] };
    };
    const found = partitiontable.partitions.find(({ node }) => node === `${device}p${number}`);
    if (!found) throw new Error(`${disk} has no partition ${number}`);
    return { startBytes: found.start * sectorBytes, sizeBytes: found.size * sectorBytes };
  } finally {
    await undo();
  }
}

/** The listing of an installed filesystem that this machine can mount, read-only. */
export async function listPartition(at: PartitionAt): Promise<Listing> {
  const part = await partitionOf(at);
  const { skipBytes = 0 } = at;
  const [startBytes, sizeBytes] = [part.startBytes + skipBytes, part.sizeBytes - skipBytes];
  const dir = await mkdtemp(path.join(os.tmpdir(), 'installed-'));
  const undo = mustUndo(async () => {
    await run(['umount', dir]);
    await rmdir(dir);
  });
  const options = `ro,loop,offset=${startBytes},sizelimit=${sizeBytes},${readOnly[at.type]}`;
  await run(['mount', '-t', at.type, '-o', options, at.disk, dir]);
  try {
    return await listTree(dir);
  } finally {
    await undo();
  }
}
