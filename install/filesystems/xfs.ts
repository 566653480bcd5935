import type { Filesystem } from './filesystem.ts';
import { flag, makeStep } from './shared/make.ts';
import { dceUuid } from './shared/uuid.ts';

const MiB = 1024 ** 2;

/** Where mkfs.xfs(8) takes each word of features=, as in `features=bigtime=0,sparse=1`. */
const sections: Record<string, '-m' | '-i' | '-n'> = {
  crc: '-m',
  finobt: '-m',
  rmapbt: '-m',
  reflink: '-m',
  inobtcount: '-m',
  bigtime: '-m',
  size: '-i',
  sparse: '-i',
  nrext64: '-i',
  projid32bit: '-i',
  ftype: '-n',
};

/** Features that newer mkfs.xfs(8) switch on and older xfs_info(8) and kernels lack: without the word, the feature is off. */
const onByDefault = ['finobt', 'rmapbt', 'reflink', 'inobtcount', 'bigtime', 'sparse', 'nrext64'];

function featureFlags(features = ''): string[] {
  const words = features.split(',').filter(Boolean);
  return (['-m', '-i', '-n'] as const).flatMap((section) =>
    flag(section, words.filter((word) => sections[word.split('=')[0] ?? ''] === section).join(',')),
  );
}

/** XFS. `features=` lists KEY=VALUE words of mkfs.xfs(8), which are sorted to its -m, -i and -n. */
export const xfs = {
  name: 'xfs',
  needs: { programs: { '/sbin/mkfs.xfs': 'xfsprogs' }, modules: ['xfs'], kernel: ['XFS_FS', 'XFS_POSIX_ACL'] },
  optionNames: ['features', 'block-size'],
  labelBytes: 12,
  // "Filesystem must be larger than 300MB" (mkfs.xfs since xfsprogs 5.19).
  minBytes: 300 * MiB,
  posix: true,
  ...dceUuid,
  make: (wish) => [
    makeStep(wish, [
      'mkfs.xfs',
      '-q',
      '-f',
      ...featureFlags(wish.options.features),
      ...flag('-b', wish.options['block-size'] && `size=${wish.options['block-size']}`),
      ...flag('-m', wish.uuid && `uuid=${wish.uuid}`),
      ...flag('-L', wish.label),
      wish.node,
    ]),
  ],
  optionsLike({ features = [], blockBytes }): Record<string, string> {
    const known = features.filter((word) => sections[word.split('=')[0] ?? ''] && /^\w+=\w+$/.test(word));
    const off = onByDefault.filter((name) => !known.some((word) => word.startsWith(`${name}=`)));
    return {
      ...(known.length > 0 ? { features: [...known, ...off.map((name) => `${name}=0`)].join(',') } : {}),
      ...(blockBytes === undefined ? {} : { 'block-size': String(blockBytes) }),
    };
  },
  checkOptions({ features = '', 'block-size': blockSize }) {
    const bad = features
      .split(',')
      .find((word) => word !== '' && !(sections[word.split('=')[0] ?? ''] && /^\w+=\w+$/.test(word)));
    if (bad) return `features: ${bad} is none of ${Object.keys(sections).join('=, ')}=`;
    return blockSize === undefined || /^\d+$/.test(blockSize) ? undefined : 'block-size= is a number';
  },
  // Inodes of 512 bytes are made as needed, half a block is lost for each file, and the log takes 64 MiB (mkfs.xfs(8)).
  bytesFor: ({ bytes, inodes }) => Math.ceil((bytes + inodes * (512 + 2048)) * 1.01) + 64 * MiB,
} satisfies Filesystem;
