import type { ReadIo } from '../../common/system/io.ts';
import { type AbsPath, here, type Place, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import type { ServerPaths } from '../config/paths.ts';
import { manifestFile } from './manifest/file.ts';
import { moduleText } from './modules.ts';
import { growingName, readyName, unfinished } from './old-trees.ts';

/** A tree beside the image that is to be the image, and the name for the old tree; undefined if there is no old tree. */
export type Swap = { image: string; tree: AbsPath; old: AbsPath | undefined };

/** Lets the tree take the image's place in a moment. A machine that pulls the old tree goes on reading that tree. */
export function planRenames({ image, tree, old }: Swap, images: AbsPath): Step[] {
  const [at, ready] = [here(under(images, image)), here(under(images, readyName(image)))];
  const rename = (why: string, from: Place, to: Place): Step => ({ why, kind: 'rename', from, to });
  return [
    rename(`The new tree of ${image} is whole`, here(tree), ready),
    ...(old === undefined ? [] : [rename(`Put the old ${image} aside`, at, here(old))]),
    rename(`The new tree is ${image} now`, ready, at),
  ];
}

/** The steps of {@link planRenames}, with those for the rsync daemon of a running `serve`. */
export async function planSwap(io: ReadIo, paths: Pick<ServerPaths, 'images' | 'run'>, swap: Swap): Promise<Step[]> {
  const renames = planRenames(swap, paths.images);
  const [confFile, nextFile] = [here(under(paths.run, 'rsyncd.conf')), here(under(paths.run, 'rsyncd.conf.next'))];
  const moduleAt = (tree: string) => moduleText(swap.image, under(paths.images, tree));
  const served = moduleAt(swap.image);
  const conf = swap.old && (await io.readText(confFile.path));
  if (!conf?.includes(served)) return renames;
  const write = (why: string, at: Place, content: string): Step => ({ why, kind: 'write', at, content, mode: 0o600 });
  const [whole, ...others] = renames;
  return [
    ...(whole ? [whole] : []),
    // Written before the renames: a busy disk may take seconds for the file, in which no machine would find the image.
    write('Make room for the name of the image', nextFile, conf),
    write(
      'Let machines that begin now take the new tree',
      confFile,
      conf.replace(served, () => moduleAt(readyName(swap.image))),
    ),
    ...others,
    { why: 'Serve the image by its name again', kind: 'rename', from: nextFile, to: confFile },
  ];
}

/** Finishes a swap that was cut off: the new tree becomes the image if there is none; otherwise a capture continues the tree. */
export async function planFinish(
  io: ReadIo,
  paths: Pick<ServerPaths, 'images' | 'manifests'>,
  image: string,
): Promise<Step[]> {
  const { images } = paths;
  const [ready, at] = [under(images, readyName(image)), under(images, image)];
  if ((await io.lstat(ready)) === undefined) return [];
  const isThere = (await io.lstat(at)) !== undefined;
  const [why, to] = isThere
    ? [
        `A new tree of ${image} is whole, and is not the image yet: put the tree in its place`,
        under(images, growingName(image)),
      ]
    : [`A change of ${image} was cut off half-way: the new tree is the image now`, at];
  const finish: Step = { why, kind: 'rename', from: here(ready), to: here(to) };
  if (isThere) return [finish];
  const manifest = here(manifestFile(paths, image));
  return [{ why: 'Forget the sums of the old tree', kind: 'remove', at: manifest }, finish];
}

/** The images whose swap was cut off half-way. */
export async function halfSwapped(io: ReadIo, images: AbsPath): Promise<string[]> {
  const trees = ((await io.list(images)) ?? []).flatMap((name) => unfinished(name) ?? []);
  return trees.filter((tree) => tree.as === 'ready').map((tree) => tree.image);
}
