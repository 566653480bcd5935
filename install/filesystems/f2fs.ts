import type { Filesystem } from './filesystem.ts';
import { flag, makeStep } from './shared/make.ts';
import { dceUuid } from './shared/uuid.ts';

const MiB = 1024 ** 2;

/** F2FS, for flash. `features=` goes to -O, as extra_attr,inode_checksum. */
export const f2fs = {
  name: 'f2fs',
  needs: {
    programs: { '/sbin/mkfs.f2fs': 'f2fs-tools' },
    modules: ['f2fs'],
    kernel: ['F2FS_FS', 'F2FS_FS_XATTR', 'F2FS_FS_POSIX_ACL', 'F2FS_FS_SECURITY'],
  },
  optionNames: ['features'],
  // 512 UTF-16 units (Linux include/linux/f2fs_fs.h, MAX_VOLUME_NAME).
  labelBytes: 512,
  // 40 MiB is refused by mkfs.f2fs 1.15, 60 MiB is not.
  minBytes: 60 * MiB,
  posix: true,
  ...dceUuid,
  make: (wish) => [
    makeStep(wish, [
      'mkfs.f2fs',
      '-q',
      '-f',
      ...flag('-O', wish.options.features),
      ...flag('-l', wish.label),
      ...flag('-U', wish.uuid),
      wish.node,
    ]),
  ],
  // Each inode has a block of its own, half a block is lost for each file, and 5 to 8 % are held back (mkfs.f2fs(8), -o).
  bytesFor: ({ bytes, inodes }) => Math.ceil((bytes + inodes * (4096 + 2048)) * 1.06) + 32 * MiB,
} satisfies Filesystem;
