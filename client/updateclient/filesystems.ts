import type { MountFacts } from '../../common/system/mountinfo.ts';
import { findFilesystem } from '../../install/filesystems/index.ts';
import { rsyncPattern } from '../../install/transports/rsync-daemon.ts';
import type { LocalRule } from './exclude-file.ts';

/** A filesystem mounted below the updated directory; `dir` is its place there, `/` for the directory itself. */
export type Mounted = Omit<MountFacts, 'dir'> & { dir: string };

/** The mounts at and below a directory, as seen from there. Of mounts on top of each other only the last is seen. */
export function mountsBelow(mounts: readonly MountFacts[], directory: string): Mounted[] {
  const top = directory === '/' ? '' : directory;
  const seen = mounts.filter((one, at) => !mounts.slice(at + 1).some((later) => later.dir === one.dir));
  const above = seen
    .filter(({ dir }) => dir === '/' || directory === dir || directory.startsWith(`${dir}/`))
    .toSorted((a, b) => b.dir.length - a.dir.length)[0];
  const below = seen.filter(({ dir }) => dir !== directory && dir.startsWith(`${top}/`));
  return [
    ...(above ? [{ ...above, dir: '/' }] : []),
    ...below.map((one) => ({ ...one, dir: one.dir.slice(top.length) })),
  ];
}

/** True for a filesystem on a disk of this machine that keeps owners and links; a bind mount is no filesystem of its own. */
export function isOwnDisk({ type, source, root }: Mounted): boolean {
  const isBind = root !== '/' && type !== 'btrfs';
  return source.startsWith('/') && !isBind && findFilesystem(type)?.posix === true;
}

/**
 * The mounts that an update leaves alone. A disk of this machine is updated if the image has files at that place: else it is
 * a disk with data that the image does not know. `holds`: the mount points at which the image has files.
 */
export function mountRules(mounts: readonly Mounted[], holds: ReadonlySet<string>): LocalRule[] {
  return mounts
    .filter(({ dir }) => dir !== '/')
    .flatMap((mount) => {
      const { dir, type, source } = mount;
      if (isOwnDisk(mount) && holds.has(dir)) return [];
      const why = isOwnDisk(mount) ? `the image has no files at ${dir}` : `${type} (${source})`;
      return [{ pattern: `${rsyncPattern(dir)}/`, from: `another filesystem: ${why}` }];
    });
}

/** Swap files, which belong to the machine. */
export const swapRules = (paths: readonly string[]): LocalRule[] =>
  paths.map((path) => ({ pattern: rsyncPattern(path), from: 'a swap file of this machine' }));
