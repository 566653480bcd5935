import type { Filesystem } from './filesystem.ts';
import { flag, makeStep } from './shared/make.ts';
import { dceUuid } from './shared/uuid.ts';

/** A swap area; mkswap(8) of util-linux, since that of busybox sets no UUID. */
export const swap = {
  name: 'swap',
  needs: { programs: { '/sbin/mkswap': 'util-linux' }, modules: [], kernel: ['SWAP'] },
  optionNames: [],
  labelBytes: 16,
  // Ten pages (mkswap(8)), of at most 64 KiB on arm64.
  minBytes: 640 * 1024,
  posix: false,
  ...dceUuid,
  make: (wish) => [makeStep(wish, ['mkswap', '-f', ...flag('-L', wish.label), ...flag('-U', wish.uuid), wish.node])],
  bytesFor: () => 0,
} satisfies Filesystem;
