import type { Io } from '../../common/system/io.ts';
import { ImageName } from '../../common/model/names.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { ServerPaths } from '../config/paths.ts';
import { type KnownHost, readHosts } from '../config/hosts-json.ts';
import { readScriptsFolder, type ScriptsFolder } from '../scripts/scripts-folder.ts';
import { imageDir } from './facts.ts';
import { unfinished } from './old-trees.ts';

/** All files and entries that go by an image's name, besides its tree. */
export type ImageTies = {
  name: string;
  at: AbsPath;
  /** False if only the rest of an image is left, as after a command that was cut off. */
  isThere: boolean;
  /** Its trees that a command left unfinished. */
  unfinished: AbsPath[];
  /** Text of scripts/NAME.master. */
  script?: string;
  /** Names of scripts/HOST.sh that are links to it. */
  links: string[];
  /** Other scripts that install it: names of files in scripts/. */
  otherScripts: string[];
  /** Names of manifests/NAME.*, without the image's name. */
  manifests: string[];
  hasOverride: boolean;
  hosts: KnownHost[];
};

/** Reads all that goes by the image's name; UserError if there is no such image. */
export async function imageTies(io: Io, paths: ServerPaths, name: string): Promise<ImageTies> {
  await imageDir(io, paths, name);
  return { ...(await tiesOf(io, paths, name)), isThere: true };
}

/** The same as {@link imageTies}, also for an image of which only the rest is left. */
export async function imageOrRest(io: Io, paths: ServerPaths, name: string): Promise<ImageTies> {
  const isName = ImageName.safeParse(name).success;
  if (!isName || (await io.lstat(under(paths.images, name)))?.kind === 'dir') return imageTies(io, paths, name);
  const ties = await tiesOf(io, paths, name);
  const isKnown = ties.script !== undefined || ties.links.length > 0 || ties.manifests.length > 0;
  const isRest = isKnown || ties.unfinished.length > 0;
  return isRest ? { ...ties, isThere: false } : imageTies(io, paths, name);
}

/** The files in scripts/ that go by the image's name, or install the image. */
export async function scriptTies(
  io: Io,
  paths: Pick<ServerPaths, 'scripts'>,
  name: string,
  { links, files }: ScriptsFolder,
): Promise<Pick<ImageTies, 'script' | 'links' | 'otherScripts'>> {
  const master = `${name}.master`;
  const script = await io.readText(under(paths.scripts, master));
  return {
    script,
    links: links.get(master) ?? [],
    otherScripts: files.filter((one) => one.name !== master && one.images.includes(name)).map((one) => one.name),
  };
}

async function tiesOf(io: Io, paths: ServerPaths, name: string): Promise<Omit<ImageTies, 'isThere'>> {
  const manifests = ['.facts.json', '.capture.json', '.manifest', '.verified.json', '.sealed'];
  const there = await Promise.all(manifests.map((end) => io.lstat(under(paths.manifests, `${name}${end}`))));
  const trees = ((await io.list(paths.images)) ?? []).filter((one) => unfinished(one)?.image === name);
  return {
    name,
    at: under(paths.images, name),
    unfinished: trees.map((tree) => under(paths.images, tree)),
    ...(await scriptTies(io, paths, name, await readScriptsFolder(io, paths))),
    manifests: manifests.filter((_, index) => there[index] !== undefined),
    hasOverride: (await io.lstat(under(paths.overrides, 'image', name))) !== undefined,
    hosts: await readHosts(io, paths.hosts),
  };
}

/** Machines that install this image, by their scripts or by hosts.json, and other scripts that install it. */
export function usersOf({
  name,
  links,
  otherScripts,
  hosts,
}: Pick<ImageTies, 'name' | 'links' | 'otherScripts' | 'hosts'>): string[] {
  const byScript = [...links, ...otherScripts].map((file) => file.replace(/\.sh$/, ''));
  const known = hosts.filter((one) => one.image === name).map((one) => one.host);
  return [...new Set([...byScript, ...known])].sort();
}

const shownUsers = 5;

/** The first of many names. */
export function listSome(names: readonly string[]): string {
  const more = names.length - shownUsers;
  return `${names.slice(0, shownUsers).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
