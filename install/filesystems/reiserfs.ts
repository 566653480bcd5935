import type { Filesystem } from './filesystem.ts';
import { flag, makeStep } from './shared/make.ts';
import { dceUuid } from './shared/uuid.ts';

const MiB = 1024 ** 2;

/** ReiserFS 3.6, which Linux 6.13 no longer has: for images of older machines. */
export const reiserfs = {
  name: 'reiserfs',
  needs: {
    programs: { '/sbin/mkfs.reiserfs': 'reiserfsprogs' },
    modules: ['reiserfs'],
    kernel: ['REISERFS_FS', 'REISERFS_FS_XATTR', 'REISERFS_FS_POSIX_ACL', 'REISERFS_FS_SECURITY'],
  },
  optionNames: [],
  labelBytes: 16,
  // The journal alone has 8193 blocks of 4 KiB (mkfs.reiserfs(8)); 32 MiB is refused, 33 MiB is not.
  minBytes: 33 * MiB,
  posix: true,
  ...dceUuid,
  make: (wish) => [
    makeStep(wish, ['mkfs.reiserfs', '-q', '-ff', ...flag('-l', wish.label), ...flag('-u', wish.uuid), wish.node]),
  ],
  // Small files and the ends of large ones share blocks; each takes about 100 bytes in the tree.
  bytesFor: ({ bytes, inodes }) => Math.ceil(bytes * 1.01 + inodes * 128) + 33 * MiB,
} satisfies Filesystem;
