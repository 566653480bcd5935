import type { State } from '../../common/model/state.ts';
import { UserError } from '../../common/system/errors.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { findFilesystem } from '../../install/filesystems/index.ts';
import type { FetchMount } from '../../install/transports/transport.ts';
import { probeMounts } from '../../machine/use.ts';
import { targetRoot } from './verb.ts';

/** A filesystem of the layout that is mounted below the target. */
type TargetMount = FetchMount & { node: AbsPath };

/** The filesystems of the layout that hold files of the image, shallow first; the same as `mount` mounts. */
export function targetMounts(state: Pick<State, 'mounts' | 'filesystems'>): TargetMount[] {
  return state.mounts
    .flatMap(({ dir, device, node }) => {
      const filesystem = state.filesystems.find((one) => one.device === device);
      if (!filesystem || node === undefined || filesystem.type === 'swap' || !dir.startsWith('/')) return [];
      const posix = findFilesystem(filesystem.type)?.posix ?? true;
      return [{ dir, node, posix, ...(filesystem.keep ? { keep: true } : {}) }];
    })
    .sort((a, b) => depth(a.dir) - depth(b.dir));
}

const depth = (dir: string) => dir.split('/').filter(Boolean).length;

/** Where a directory of the layout is during the installation. */
function targetDir(dir: string): AbsPath {
  return dir === '/' ? targetRoot : under(targetRoot, dir);
}

/** Stops where the target or one of its filesystems is not mounted: files would land in memory or on the wrong disk. */
export async function checkMounted(io: ReadIo, state: Pick<State, 'mounts' | 'filesystems'>): Promise<void> {
  const mounted = await probeMounts(io);
  const wanted = targetMounts(state);
  if (!wanted.some((mount) => mount.dir === '/'))
    throw new UserError('the layout has no root filesystem', 'Run `boel layout`; its [mounts] need a line for /.');
  const missing = wanted.filter(
    ({ dir, node }) => mounted.findLast((one) => one.dir === targetDir(dir))?.source !== node,
  );
  if (missing.length > 0)
    throw new UserError(
      `not mounted: ${missing.map(({ dir, node }) => `${node} on ${targetDir(dir)}`).join(', ')}`,
      'Run `boel mount`.',
    );
}
