import type { Filesystem } from '../filesystem.ts';
import { flag, makeStep } from './make.ts';
import { dceUuid } from './uuid.ts';

const MiB = 1024 ** 2;

/** Below this size mke2fs makes four times as many inodes (mke2fs.conf, type small). */
const smallBytes = 512 * MiB;

/** Size of the journal by size of the filesystem (e2fsprogs lib/ext2fs/mkjournal.c, ext2fs_default_journal_size). */
const journals: [belowBytes: number, journalBytes: number][] = [
  [128 * MiB, 4 * MiB],
  [1024 * MiB, 16 * MiB],
  [2048 * MiB, 32 * MiB],
  [16384 * MiB, 64 * MiB],
  [Number.POSITIVE_INFINITY, 128 * MiB],
];

/** Features that mke2fs(8) can set at will (ext4(5)); others tell of a state, or need a further key (bigalloc, casefold). */
const settable = new Set(
  (
    'has_journal ext_attr resize_inode dir_index filetype meta_bg extent 64bit mmp flex_bg ea_inode large_dir inline_data ' +
    'sparse_super sparse_super2 large_file huge_file uninit_bg dir_nlink extra_isize quota metadata_csum metadata_csum_seed project'
  ).split(' '),
);

/** What ext2, ext3 and ext4 share: mke2fs(8) of e2fsprogs. `features=` goes to -O as it stands. */
export function extFamily(name: 'ext2' | 'ext3' | 'ext4'): Filesystem {
  return {
    name,
    needs: {
      programs: { [`/sbin/mkfs.${name}`]: 'e2fsprogs' },
      data: { '/etc/mke2fs.conf': 'e2fsprogs' },
      // Debian's ext4 driver mounts ext2 and ext3 too.
      modules: ['ext4'],
      kernel: ['EXT4_FS', 'EXT4_FS_POSIX_ACL', 'EXT4_FS_SECURITY'],
    },
    optionNames: ['features', 'block-size', 'inode-size', 'inode-ratio', 'reserved'],
    labelBytes: 16,
    minBytes: 2 * MiB,
    posix: true,
    ...dceUuid,
    make: (wish) => [
      makeStep(wish, [
        `mkfs.${name}`,
        '-q',
        '-F',
        ...flag('-O', wish.options.features),
        ...flag('-b', wish.options['block-size']),
        ...flag('-I', wish.options['inode-size']),
        ...flag('-i', wish.options['inode-ratio']),
        ...flag('-m', wish.options.reserved),
        ...flag('-L', wish.label),
        ...flag('-U', wish.uuid),
        wish.node,
      ]),
    ],
    optionsLike({ features = [], blockBytes, inodeBytes }): Record<string, string> {
      const known = features.filter((one) => settable.has(one));
      return {
        // "none" clears the defaults of BOEL's own mke2fs.conf, which may be newer than the golden client.
        ...(known.length > 0 ? { features: ['none', ...known].join(',') } : {}),
        ...(blockBytes === undefined ? {} : { 'block-size': String(blockBytes) }),
        ...(inodeBytes === undefined ? {} : { 'inode-size': String(inodeBytes) }),
      };
    },
    checkOptions(options) {
      const bad = ['block-size', 'inode-size', 'inode-ratio', 'reserved'].find(
        (key) => options[key] !== undefined && !/^\d+$/.test(options[key]),
      );
      return bad && `${bad}= is a number`;
    },
    bytesFor({ bytes, inodes }, options = {}) {
      // Half a block is lost at the end of each file, and inode tables take 1/64 of the whole (256 bytes each 16 KiB).
      const content = (bytes + inodes * 2048) * (64 / 63);
      const [, journalBytes] = journals.find(([below]) => content < below) ?? [0, 0];
      const ratio = Number(options['inode-ratio'] ?? (content < smallBytes ? 4096 : 16384));
      return Math.ceil(Math.max(content + (name === 'ext2' ? 0 : journalBytes), inodes * ratio));
    },
  };
}
