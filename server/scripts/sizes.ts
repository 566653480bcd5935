import type { ImageFacts } from '../../common/model/image-facts.ts';

export const mib = 1024 ** 2;

/** Rounded up to whole MiB: partitions are aligned to that, and people can read it. */
export const toMib = (bytes: number) => Math.ceil(bytes / mib) * mib;

/** An inode (ext4's are the largest: mke2fs.conf inode_size 256) and half of the 4 KiB block that each file leaves unused. */
const bytesPerInode = 256 + 2048;
/** Journal and group descriptors of a small ext4 or xfs. */
const fixedBytes = 64 * mib;
/** Room to work in, besides what the image holds. */
const spare = 1.15;

/** The least size of a filesystem for so much content, in whole MiB. `boel layout` checks by the filesystem's own rule. */
export function leastBytes(content: { bytes: number; inodes: number }): number {
  return toMib((content.bytes + content.inodes * bytesPerInode) * spare + fixedBytes);
}

/** What the image holds for a mount point that was asked for. */
export function contentOf(facts: ImageFacts, dir: string): { bytes: number; inodes: number } {
  return facts.mounts.find((mount) => mount.dir === dir) ?? { bytes: 0, inodes: 0 };
}
