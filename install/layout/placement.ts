import type { State } from '../../common/model/state.ts';

/** The part of the state that `layout` writes. */
export type Placement = Pick<
  State,
  'firmware' | 'disks' | 'parts' | 'volumes' | 'filesystems' | 'mounts' | 'swapFiles' | 'renewed' | 'layoutSha256'
>;
