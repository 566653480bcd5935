import type { DiskWish, FilesystemWish, MountWish, RaidWish, SwapFileWish, VolumeGroupWish } from '../layout.ts';
import type { SubvolumesLine } from './parse-filesystem.ts';
import type { Problems } from './problems.ts';

/** All that is read of a layout so far. */
export type Draft = {
  problems: Problems;
  disks: DiskWish[];
  raids: RaidWish[];
  groups: VolumeGroupWish[];
  filesystems: FilesystemWish[];
  subvolumes: SubvolumesLine[];
  mounts: MountWish[];
  swapFiles: SwapFileWish[];
};
