import type { CliContext } from '../../common/cli.ts';
import { apply } from '../../common/system/apply.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import { type ServerPaths, serverPaths } from '../config/paths.ts';
import { manifestFile } from './manifest/file.ts';
import { makeManifest } from './manifest/make.ts';
import { copyName, oldName, planDrop, planSweep } from './old-trees.ts';
import { planUnseal } from './sealed.ts';
import { planSwap } from './swap.ts';

/** The copy of an image that is to take its place. A capture may grow beside it under another name. */
export const copyOf = (paths: Pick<ServerPaths, 'images'>, image: string): AbsPath =>
  under(paths.images, copyName(image));

/** Copies the tree; blocks are shared if the filesystem can. */
export function planOwnFiles(paths: Pick<ServerPaths, 'images'>, image: string): Step[] {
  const [at, copy] = [under(paths.images, image), copyOf(paths, image)];
  return [
    planDrop('Remove what an earlier copy left', copy),
    {
      why: `${image} is sealed: give the image files of its own`,
      kind: 'run',
      argv: ['cp', '-a', '--reflink=auto', '--no-target-directory', '--', at, copy],
    },
  ];
}

/** Gives a sealed image files of its own, so that a change in it changes no other image. The caller holds the image's lock. */
export async function unsealImage(context: CliContext, image: string): Promise<void> {
  const { io, root, signal } = context;
  const paths = serverPaths(root);
  const old = under(paths.images, oldName(image, io.now()));
  context.print(`${image} shares its files with another image: ${image} gets files of its own first`);
  try {
    await apply(planOwnFiles(paths, image), io, { signal });
  } catch (error) {
    await apply([planDrop('Remove a copy that perhaps filled the disk', copyOf(paths, image))], io);
    throw error;
  }
  await apply(await planSwap(io, paths, { image, tree: copyOf(paths, image), old }), io);
  const manifest = manifestFile(paths, image);
  // Before a change in the image: only now does the same size and time mean the same content.
  if ((await io.lstat(manifest)) !== undefined)
    await makeManifest(context, image, { manifest, tree: old, isSealed: true });
  await apply([planUnseal(paths, image), ...(await planSweep(io, paths.images))], io, { signal });
}
