import type { Target } from '../../common/model/target.ts';
import { UserError } from '../../common/system/errors.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { probeMounts } from '../../machine/use.ts';
import { findFilesystem } from '../filesystems/index.ts';
import type { FetchMount } from '../source/tree-parts.ts';

/** A filesystem of the layout that is mounted below the target. */
type TargetMount = FetchMount & { node: AbsPath };

/** The filesystems of the layout that hold files of the image, shallow first; the same as `mount` mounts. */
export function targetMounts(target: Pick<Target, 'mounts' | 'filesystems'>): TargetMount[] {
  return target.mounts
    .flatMap(({ dir, device, node }) => {
      const filesystem = target.filesystems.find((one) => one.device === device);
      if (!filesystem || node === undefined || filesystem.type === 'swap' || !dir.startsWith('/')) return [];
      const posix = findFilesystem(filesystem.type)?.posix ?? true;
      return [{ dir, node, posix, ...(filesystem.keep ? { keep: true } : {}) }];
    })
    .sort((a, b) => depth(a.dir) - depth(b.dir));
}

const depth = (dir: string) => dir.split('/').filter(Boolean).length;

/** Where a directory of the layout is during the installation. */
function placeOf(root: AbsPath, dir: string): AbsPath {
  return dir === '/' ? root : under(root, dir);
}

/** Stops where the target is not mounted below `root`, or one of its filesystems not: files would land in memory or on the wrong disk. */
export async function checkMounted(
  io: ReadIo,
  target: Pick<Target, 'mounts' | 'filesystems'>,
  root: AbsPath,
): Promise<void> {
  const mounted = await probeMounts(io);
  const wanted = targetMounts(target);
  if (!wanted.some((mount) => mount.dir === '/'))
    throw new UserError('the layout has no root filesystem', 'Run `boel layout`; its [mounts] need a line for /.');
  const missing = wanted.filter(
    ({ dir, node }) => mounted.findLast((one) => one.dir === placeOf(root, dir))?.source !== node,
  );
  if (missing.length > 0)
    throw new UserError(
      `not mounted: ${missing.map(({ dir, node }) => `${node} on ${placeOf(root, dir)}`).join(', ')}`,
      'Run `boel mount`.',
    );
}
