import { readFstab } from '../../common/model/fstab.ts';
import { UserError } from '../../common/system/errors.ts';
import { findFilesystem } from '../../install/filesystems/index.ts';
import type { Mounted } from './filesystems.ts';
import type { Change } from './plan.ts';

/** The fstab(5) of the machine and of the image, and what is mounted. */
export type MountPointFacts = { here: string; inImage: string; mounts: readonly Mounted[]; changes: readonly Change[] };

const disks = (text: string) =>
  readFstab(text).flatMap(({ mount }) => {
    const filesystem = mount && findFilesystem(mount.type);
    return mount && filesystem && filesystem.name !== 'swap' && mount.dir.startsWith('/') && mount.dir !== '/'
      ? [mount]
      : [];
  });

/**
 * Refuses an update whose files would land on another filesystem than they should. `otherLayout`: the image's mount points that the
 * machine lacks are folders here, on purpose.
 */
export function checkMountPoints({ here, inImage, mounts, changes }: MountPointFacts, otherLayout: boolean): void {
  const brings = (dir: string) =>
    changes.some(({ path, reason }) => reason !== 'deleted' && `/${path}`.startsWith(`${dir}/`));
  const isMounted = (dir: string) => mounts.some((one) => one.dir === dir);
  const missing = disks(here).filter(({ dir }) => !isMounted(dir) && brings(dir));
  if (missing.length > 0)
    throw new UserError(
      `/etc/fstab mounts ${missing.map(({ dir, spec }) => `${spec} on ${dir}`).join(', ')}, and this is not mounted: the files would land on another filesystem; nothing was changed`,
      `Mount it first: ${missing.map(({ dir }) => `mount ${dir}`).join('; ')}`,
    );
  // An installation turns lines that a machine lacks into comments.
  const isKnown = (dir: string) =>
    isMounted(dir) || here.split('\n').some((line) => line.split(/[\s#]+/).includes(dir));
  const foreign = disks(inImage).filter(({ dir }) => !isKnown(dir) && brings(dir));
  if (foreign.length > 0 && !otherLayout)
    throw new UserError(
      `the image has filesystems that this machine lacks: ${foreign.map(({ dir, type }) => `${dir} (${type})`).join(', ')}; nothing was changed`,
      `If they are folders here on purpose, say --other-layout; to leave them alone, write ${foreign.map(({ dir }) => `${dir}/`).join(' ')} into updateclient.local.exclude.`,
    );
  const keepsOwners = (type: string) => findFilesystem(type)?.posix;
  const poorer = disks(inImage).flatMap(({ dir, type }) => {
    const mount = mounts.find((one) => one.dir === dir);
    return mount && keepsOwners(type) && keepsOwners(mount.type) === false
      ? [`${dir} is ${mount.type}, and ${type} in the image`]
      : [];
  });
  if (poorer.length > 0)
    throw new UserError(
      `a filesystem of this machine cannot hold the image’s files: ${poorer.join('; ')}; nothing was changed`,
      'Install the machine with the layout of the image, or write the folder into updateclient.local.exclude.',
    );
}
