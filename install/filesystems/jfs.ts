import type { Filesystem } from './filesystem.ts';
import { flag, makeStep } from './shared/make.ts';
import { dceUuid } from './shared/uuid.ts';

const MiB = 1024 ** 2;

/** JFS. mkfs.jfs(8) draws the UUID itself, so jfs_tune(8) sets it afterwards. */
export const jfs = {
  name: 'jfs',
  needs: {
    programs: { '/sbin/mkfs.jfs': 'jfsutils', '/sbin/jfs_tune': 'jfsutils' },
    modules: ['jfs'],
    kernel: ['JFS_FS', 'JFS_POSIX_ACL', 'JFS_SECURITY'],
  },
  optionNames: [],
  labelBytes: 16,
  // MINJFS in jfs_filsys.h of jfsutils.
  minBytes: 16 * MiB,
  posix: true,
  ...dceUuid,
  make: (wish) => [
    makeStep(wish, ['mkfs.jfs', '-q', ...flag('-L', wish.label), wish.node]),
    { kind: 'run', why: `Give ${wish.node} its UUID`, argv: ['jfs_tune', '-U', wish.uuid, wish.node] },
  ],
  // Inodes of 512 bytes are made as needed, half a block is lost for each file, and the log takes 0.4 % (mkfs.jfs(8)).
  bytesFor: ({ bytes, inodes }) => Math.ceil((bytes + inodes * (512 + 2048)) * 1.01) + 4 * MiB,
} satisfies Filesystem;
