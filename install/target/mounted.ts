import type { FilesystemState, MountState, Target } from '../../common/model/target.ts';
import { UserError } from '../../common/system/errors.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { probeMounts } from '../../machine/use.ts';
import { findFilesystem } from '../filesystems/index.ts';

/** A filesystem of the target. `posix` as in Filesystem; `keep`: nothing is brought to it, and nothing on it removed. */
export type FetchMount = {
  dir: string;
  posix: boolean;
  keep?: boolean;
  bytes?: number;
  holeBytes?: number;
  inodes?: number;
};

/** A line of the target's mounts, and the filesystem that it mounts. */
export type TargetTree = { mount: MountState; filesystem: FilesystemState; node: AbsPath };

type Mounts = Pick<Target, 'mounts' | 'filesystems'>;

/** The filesystems and swap areas that the installation uses. */
export function usedMounts({ mounts, filesystems }: Mounts): TargetTree[] {
  return mounts.flatMap((mount) => {
    const filesystem = filesystems.find((one) => one.device === mount.device);
    return filesystem && mount.node ? [{ mount, filesystem, node: mount.node }] : [];
  });
}

const depth = (dir: string) => dir.split('/').filter(Boolean).length;

/** The filesystems that hold files, shallow mount points first. */
export function targetTrees(target: Mounts): TargetTree[] {
  return usedMounts(target)
    .filter(({ mount, filesystem }) => filesystem.type !== 'swap' && mount.dir.startsWith('/'))
    .toSorted(
      ({ mount: a }, { mount: b }) => depth(a.dir) - depth(b.dir) || (a.dir === b.dir ? 0 : a.dir < b.dir ? -1 : 1),
    );
}

/** The same filesystems, in the form for a request of a tree. */
export function targetMounts(target: Mounts): (FetchMount & { node: AbsPath })[] {
  return targetTrees(target).map(({ mount: { dir }, filesystem: { type, keep }, node }) => {
    return { dir, node, posix: findFilesystem(type)?.posix ?? true, ...(keep && { keep }) };
  });
}

/** Where a directory of the target is during the installation. */
export function placeOf(root: AbsPath, dir: string): AbsPath {
  return dir === '/' ? root : under(root, dir);
}

/** Stops if a filesystem of the target is not mounted below `root`: files would land in memory or on the wrong disk. */
export async function checkMounted(io: ReadIo, target: Mounts, root: AbsPath): Promise<void> {
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
