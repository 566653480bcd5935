import type { ReadIo } from '../../common/system/io.ts';
import { type AbsPath, here, type Place, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import type { ServerPaths } from '../config/paths.ts';
import { withModuleAt } from '../serve/rsyncd-conf.ts';

/** A tree beside the image that is to be the image, and the name that the old one gets; undefined where there is no old one. */
export type Swap = { image: string; tree: AbsPath; old: AbsPath | undefined };

/** Lets the tree take the image's place in one moment. A machine that pulls the old one goes on reading it. */
export function planRenames({ image, tree, old }: Swap, images: AbsPath): Step[] {
  const at = here(under(images, image));
  const aside = old && ({ why: `Put the old ${image} aside`, kind: 'rename', from: at, to: here(old) } as const);
  const named = { why: `The new tree is ${image} now`, kind: 'rename', from: here(tree), to: at } as const;
  return aside ? [aside, named] : [named];
}

/** The same, for the rsync daemon of a running `serve` as well. */
export async function planSwap(io: ReadIo, paths: Pick<ServerPaths, 'images' | 'run'>, swap: Swap): Promise<Step[]> {
  const renames = planRenames(swap, paths.images);
  const [confFile, nextFile] = [here(under(paths.run, 'rsyncd.conf')), here(under(paths.run, 'rsyncd.conf.next'))];
  const conf = swap.old && (await io.readText(confFile.path));
  if (conf === undefined) return renames;
  const write = (why: string, at: Place, content: string): Step => ({ why, kind: 'write', at, content, mode: 0o600 });
  const moved = withModuleAt(conf, swap.image, swap.tree);
  return [
    // Written before: a disk that is busy may take seconds for it, in which no machine would find the image.
    write('Prepare to serve it by its name again', nextFile, conf),
    write('Let machines that begin now take the new tree', confFile, moved),
    ...renames,
    { why: 'Serve it by its name again', kind: 'rename', from: nextFile, to: confFile },
  ];
}
