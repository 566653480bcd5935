import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../../test/boot/harness/processes.ts';

/** mkfs(8) of the filesystems that are measured on. Tables are written at once, or a lazy kernel would do it while one measures. */
const ext4 = ['mkfs.ext4', '-q', '-F', '-E', 'lazy_itable_init=0,lazy_journal_init=0'] as const;
const makers = {
  ext4,
  /** An inode for each block: as many small files as fit. */
  'ext4 of small files': [...ext4, '-i', '4096'],
  xfs: ['mkfs.xfs', '-q', '-f'],
  btrfs: ['mkfs.btrfs', '-q', '-f'],
} as const satisfies Record<string, readonly [string, ...string[]]>;

export type DiskType = keyof typeof makers;

/** Does this on a new filesystem, in a file in `dir`. */
export async function onFreshDisk<T>(
  dir: string,
  type: DiskType,
  work: (target: string) => Promise<T>,
  gib = 6,
): Promise<T> {
  const [disk, target] = [path.join(dir, 'disk'), path.join(dir, 'target')];
  await run(['truncate', '-s', `${gib}G`, disk]);
  await run([...makers[type], disk]);
  await mkdir(target, { recursive: true });
  await run(['mount', '-o', 'loop', disk, target]);
  try {
    return await work(target);
  } finally {
    await run(['umount', target]);
    await rm(disk);
  }
}
