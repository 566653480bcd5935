import type { Inside } from '../../common/system/inside.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';

/** What an initramfs must become: the file of that kernel, with these modules in any case. */
export type Remake = {
  root: AbsPath;
  version: string;
  /** The file to write, and whether it is there. */
  file: AbsPath;
  isNew: boolean;
  /** Names, and paths below /lib/modules/VERSION where they are files. */
  modules: { name: string; path: string | undefined }[];
  /** The file is a unified kernel image, with this command line. */
  unified?: { commandLine: string };
};

/** A program that makes an initramfs. One file each; `boot` takes the first that the image has. */
export type InitramfsMaker<Facts = unknown> = {
  name: string;
  /** What of it the image holds; undefined where it does not have it. */
  probe(tree: Inside): Promise<Facts | undefined>;
  /** It makes unified kernel images, too. */
  unifies?: true;
  /** Steps inside a chroot that make the file anew. */
  remake(facts: Facts, request: Remake): Step[];
};

/** Facts of a maker that needs no more than to be there. */
export async function isThere(tree: Inside, programs: readonly AbsPath[]): Promise<object | undefined> {
  return (await tree.firstOf(programs)) === undefined ? undefined : {};
}
