import { ImageName } from '../../common/model/names.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { ServerPaths } from '../config/paths.ts';
import { rsyncdValue } from '../../common/templates/languages.ts';

/** The images that are there: real directories with an image's name. Anything else in the folder is left out. */
export async function listImages(io: ReadIo, paths: Pick<ServerPaths, 'images'>): Promise<string[]> {
  const names = (await io.list(paths.images)) ?? [];
  const isImage = await Promise.all(
    names.map(async (name) => {
      if (!ImageName.safeParse(name).success) return false;
      return (await io.lstat(under(paths.images, name)))?.kind === 'dir';
    }),
  );
  return names.filter((_, at) => isImage[at]);
}

/**
 * The images whose names differ from an earlier name only in small and capital letters: rsyncd.conf(5) takes both for one module,
 * and would give one image's files for the other's.
 */
export function sameNames(images: readonly string[]): { name: string; as: string }[] {
  const first = new Map(images.toReversed().map((name) => [name.toLowerCase(), name]));
  return images.flatMap((name) => {
    const as = first.get(name.toLowerCase()) ?? name;
    return as === name ? [] : [{ name, as }];
  });
}

/** One module of the rsync daemon in rsyncd.conf(5): a name, and the directory that the module shows. */
export function moduleText(name: string, path: AbsPath): string {
  return `\n[${rsyncdValue(name)}]\n\tpath = ${rsyncdValue(path)}\n`;
}
