import type { Inside } from '../../common/system/inside.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';

/** A program that makes an initramfs. One file each; `boot` takes the first that the image has. */
export type InitramfsMaker = {
  name: string;
  isIn(tree: Inside): Promise<boolean>;
  /** Steps inside a chroot: make the initramfs of that kernel anew, with these modules in any case. */
  remake(request: { root: AbsPath; version: string; file: AbsPath | undefined; modules: string[] }): Step[];
};
