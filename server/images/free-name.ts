import { UserError } from '../../common/system/errors.ts';
import type { Io } from '../../common/system/io.ts';
import { ImageName } from '../../common/model/names.ts';
import { under } from '../../common/system/place.ts';
import type { ServerPaths } from '../config/paths.ts';
import { imageDir } from './facts.ts';
import { scriptFor } from './renamed-script.ts';
import type { ImageTies } from './ties.ts';

/** Refuses a name that rsync takes for the name of another image (rsyncd.conf(5)): only one of them would be served. */
export async function checkOneName(
  io: Io,
  { images }: Pick<ServerPaths, 'images'>,
  name: string,
  instead?: string,
): Promise<void> {
  const isSame = (one: string) => one !== name && one !== instead && one.toLowerCase() === name.toLowerCase();
  const same = ((await io.list(images)) ?? []).find(isSame);
  if (same !== undefined)
    throw new UserError(
      `there is an image ${same}: rsync takes ${name} and ${same} for one name, and would serve one image only`,
      'Choose a name that differs in more than small and capital letters.',
    );
}

/**
 * Refuses an invalid name, and a name that is taken. A script with exactly the text `script` is ours, left by an interrupted
 * command. `instead` is an image that gives up its name.
 */
export async function checkFree(
  io: Io,
  paths: ServerPaths,
  name: string,
  { script, instead }: { script?: string | undefined; instead?: string } = {},
): Promise<void> {
  const valid = ImageName.safeParse(name);
  if (!valid.success)
    throw new UserError(`${JSON.stringify(name)}: ${valid.error.issues[0]?.message}`, 'Choose another name.');
  const master = under(paths.scripts, `${name}.master`);
  for (const at of [under(paths.images, name), master])
    if (
      (await io.lstat(at)) !== undefined &&
      (at !== master || script === undefined || (await io.readText(at)) !== script)
    )
      throw new UserError(`${at} is there already`, 'Choose another name, or remove that image first.');
  await checkOneName(io, paths, name, instead);
}

/** Refuses to continue a move that never began: the tree must be there by its new name, with the script for that name. */
export async function checkHalfMoved(io: Io, paths: ServerPaths, ties: ImageTies, to: string): Promise<void> {
  const isThere = (await io.lstat(under(paths.images, to)))?.kind === 'dir';
  if (isThere && (await io.readText(under(paths.scripts, `${to}.master`))) === scriptFor(ties, to)) return;
  await imageDir(io, paths, ties.name);
}
