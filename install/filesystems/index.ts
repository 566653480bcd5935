import type { Content } from '../../common/model/image-facts.ts';
import type { FilesystemState } from '../../common/model/target.ts';
import { UserError } from '../../common/system/errors.ts';
import { btrfs } from './btrfs.ts';
import { ext2 } from './ext2.ts';
import { ext3 } from './ext3.ts';
import { ext4 } from './ext4.ts';
import { f2fs } from './f2fs.ts';
import type { Filesystem } from './filesystem.ts';
import { jfs } from './jfs.ts';
import { reiserfs } from './reiserfs.ts';
import { swap } from './swap.ts';
import { vfat } from './vfat.ts';
import { xfs } from './xfs.ts';

/** Every filesystem that can be made. */
export const filesystems: readonly Filesystem[] = [ext2, ext3, ext4, xfs, btrfs, f2fs, jfs, reiserfs, vfat, swap];

/** The filesystem by this name or alias; undefined if there is none. */
export function findFilesystem(type: string): Filesystem | undefined {
  return filesystems.find((one) => one.name === type || one.aliases?.includes(type));
}

/** The filesystem by this name; the layout has been checked before. */
export function filesystemOf(type: string): Filesystem {
  const found = findFilesystem(type);
  if (!found)
    throw new UserError(
      `${type} is no filesystem that can be made`,
      `Known: ${filesystems.map((one) => one.name).join(', ')}.`,
    );
  return found;
}

/** Bytes that an image's content needs on a filesystem. Types that keep owners and links keep holes, too; vfat fills holes. */
export function bytesOn(filesystem: Filesystem, content: Content, options?: FilesystemState['options']): number {
  const holeBytes = filesystem.posix ? (content.holeBytes ?? 0) : 0;
  return filesystem.bytesFor({ bytes: content.bytes - holeBytes, inodes: content.inodes }, options);
}
