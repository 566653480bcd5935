import type { Membership } from '../../common/model/site-scripts.ts';
import { UserError } from '../../common/system/errors.ts';
import { type Inside, inside } from '../../common/system/inside.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { type AbsPath, absPath } from '../../common/system/place.ts';
import type { Plan } from '../../common/system/step.ts';
import type { ImageSource } from '../source/image-source.ts';
import type { FetchMount } from '../target/mounted.ts';
import type { ListedFile } from '../transports/rsync-list.ts';

/**
 * An override of the server. `brings`: its files, and the directories that the target lacks (existing directories keep their
 * owner and mode); undefined if the server has no override of that name. `has`: all of its names.
 */
export type Override = { name: string; brings: string[] | undefined; has: string[] };

/** Looks for the overrides of a machine, weakest first: of its image, its groups and itself. */
export async function probeOverrides(
  io: ReadIo,
  root: AbsPath,
  source: ImageSource,
  { image, groups, host }: Membership,
): Promise<Override[]> {
  const names = [image && `image/${image}`, ...groups.map((group) => `group/${group}`), host && `host/${host}`];
  const tree = inside(io, root);
  const found: Override[] = [];
  for (const name of names) {
    if (!name) continue;
    const files = await source.list(io, `overrides/${name}`);
    const has = (files ?? []).map(({ path }) => path);
    found.push({ name, brings: files && (await newOnes(tree, name, files)), has });
  }
  return found;
}

/** The files, and the directories that the target lacks; refuses if a directory would take the place of a link. */
async function newOnes(tree: Inside, name: string, files: readonly ListedFile[]): Promise<string[]> {
  const brings: string[] = [];
  for (const { kind, path } of files) {
    const there = kind === 'dir' ? await tree.lstat(absPath(`/${path}`)) : undefined;
    if (there?.kind === 'link')
      throw new UserError(
        `override ${name} has a directory ${path}, where the image has a link: the link would be lost`,
        'Move the files of the override on the image server to where the link points (as usr/lib for lib).',
      );
    if (there?.kind !== 'dir') brings.push(path);
  }
  return brings;
}

/** Lays the overrides over the tree below `root`; a later override wins. */
export function planOverrides(
  overrides: readonly Override[],
  root: AbsPath,
  source: ImageSource,
  mounts: readonly FetchMount[],
): Plan {
  const steps = overrides.flatMap(({ name, brings: only }) =>
    only && only.length > 0
      ? source.tree({ folder: `overrides/${name}`, what: `override ${name}`, root, mounts, only })
      : [],
  );
  const say = overrides.map(
    ({ name, brings }) => `${name}: ${brings ? `${brings.length} files` : 'the server has none'}`,
  );
  return { say: `Overrides: ${say.join('; ')}.`, steps };
}
