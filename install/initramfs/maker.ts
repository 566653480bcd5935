import type { Inside } from '../../common/system/inside.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';

/** The initramfs to make: for which kernel, at which path, and with which modules in any case. */
export type Remake = {
  root: AbsPath;
  version: string;
  /** The file to write; `isNew`: there is no such file yet. */
  file: AbsPath;
  isNew: boolean;
  /** Names, and paths below /lib/modules/VERSION for modules that are files. */
  modules: { name: string; path: string | undefined }[];
  /** The file is a unified kernel image, with this command line. */
  unified?: { commandLine: string };
};

/** A program that makes an initramfs. One file each; `boot` takes the first that the image has. */
export type InitramfsMaker<Facts = unknown> = {
  name: string;
  /** Facts on the program in the image; undefined if the image lacks the program. */
  probe(tree: Inside): Promise<Facts | undefined>;
  /** It makes unified kernel images, too. */
  unifies?: true;
  /** Steps inside a chroot that make the file anew. */
  remake(facts: Facts, request: Remake): Step[];
};

/** The empty facts of a maker, if one of its programs exists. */
export async function isThere(tree: Inside, programs: readonly AbsPath[]): Promise<object | undefined> {
  return (await tree.firstOf(programs)) === undefined ? undefined : {};
}
