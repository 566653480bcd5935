import type { ReadIo } from '../../common/system/io.ts';
import { type AbsPath, here, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import type { ServerPaths } from '../config/paths.ts';

/**
 * manifests/NAME.sealed: files of this image are files of another image, too (hard links). A write in place would change both
 * images, so the image gets files of its own before that (unsealing). A link that comes or goes changes the ctime of a file
 * (link(2), unlink(2)): in a sealed image ctime does not tell whether somebody wrote to the file.
 */
export function sealFile(paths: Pick<ServerPaths, 'manifests'>, image: string): AbsPath {
  return under(paths.manifests, `${image}.sealed`);
}

/** True if an image, or a tree that grows for it, shares its files. */
export async function isSealed(io: ReadIo, paths: Pick<ServerPaths, 'manifests'>, image: string): Promise<boolean> {
  return (await io.lstat(sealFile(paths, image))) !== undefined;
}

const content =
  '# Files of this image are hard links to files of another image. Edit the image only by systemimager chroot, which first copies these files.\n';

/** Seals images, before the first link is made. */
export function planSeal(paths: Pick<ServerPaths, 'manifests'>, images: readonly string[]): Step[] {
  return [
    { why: 'Make the folder of manifests', kind: 'mkdir', at: here(paths.manifests) },
    ...images.map((image): Step => {
      const at = here(sealFile(paths, image));
      return {
        why: `Seal ${image}: its files are hard links to files of another image`,
        kind: 'write',
        at,
        content,
        mode: 0o644,
      };
    }),
  ];
}

/** Removes the seal of an image that has files of its own now. */
export function planUnseal(paths: Pick<ServerPaths, 'manifests'>, image: string): Step {
  return { why: `${image} has files of its own`, kind: 'remove', at: here(sealFile(paths, image)) };
}
