import { hostPart, type ImageName } from '../../common/model/names.ts';
import { groupsOf, parseGroups } from '../../common/model/groups.ts';
import type { ServerAddress } from '../../common/model/server-address.ts';
import type { Membership } from '../../common/model/site-scripts.ts';
import { UserError } from '../../common/system/errors.ts';
import { inside } from '../../common/system/inside.ts';
import type { Io, ReadIo } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { textOf } from '../../common/system/text.ts';
import { probeOverrides } from '../../install/site/overrides.ts';
import type { ImageSource } from '../../install/source/image-source.ts';
import { probeMounts, probeSwaps } from '../../machine/use.ts';
import { compareImage, compareNames, filledIn } from './compare.ts';
import { excludeFile, firstExcludeFile, type LocalRule, parseExcludeFile } from './exclude-file.ts';
import { isOwnDisk, type Mounted, mountRules, mountsBelow, swapRules } from './filesystems.ts';
import { builtInRules } from './local-rules.ts';
import type { Layer, LocalTimes } from './plan.ts';
import type { Protected } from './scan.ts';

/** What an update is asked to do. */
export type Wish = {
  server: ServerAddress;
  source: ImageSource;
  image: ImageName;
  /** The tree to update; `/` is the running machine. */
  directory: AbsPath;
  /** Update only these paths, or everything if there is none. */
  only: readonly AbsPath[];
};

/** What an update must know. */
export type UpdateFacts = {
  layers: Layer[];
  kept: Protected[];
  times: LocalTimes;
  mounts: Mounted[];
  member: Membership;
  /** The administrator's list is there. */
  hasList: boolean;
};

/** The machine's name, its groups and the image: what overrides and site scripts go by. */
export async function probeMembership(
  io: Io,
  { directory, source, image }: Wish,
  signal: AbortSignal,
): Promise<Membership> {
  const named = directory === '/' ? '/proc/sys/kernel/hostname' : under(directory, 'etc/hostname');
  const host = hostPart(((await io.readText(named)) ?? '').trim());
  const at: AbsPath = '/run/systemimager/groups';
  const fetched = await source.file(io, { path: 'scripts/groups', at, maxBytes: 4 * 1024 ** 2 }, signal);
  if ('notYet' in fetched)
    throw new UserError(
      `${fetched.notYet}; nothing was changed`,
      'Is `systemimager serve` running on the image server?',
    );
  await io.remove(at);
  const groups = fetched.bytes && host ? groupsOf(parseGroups(textOf(fetched.bytes)), host) : [];
  return { image, groups, host };
}

/** What an update leaves alone here. */
async function probeRules(
  io: ReadIo,
  wish: Wish,
  mounts: readonly Mounted[],
): Promise<{ rules: LocalRule[]; hasList: boolean }> {
  const text = await io.readText({ root: wish.directory, path: excludeFile });
  const own = mounts.filter((one) => one.dir !== '/' && isOwnDisk(one));
  const holds = await filledIn(
    io,
    wish.server,
    wish.image,
    own.map(({ dir }) => dir),
  );
  const top = wish.directory === '/' ? '' : wish.directory;
  const swaps = (await probeSwaps(io))
    .filter((path) => path.startsWith(`${top}/`))
    .map((path) => path.slice(top.length));
  const rules = [
    ...mountRules(mounts, holds),
    ...swapRules(swaps.filter((path) => !path.startsWith('/dev/'))),
    ...parseExcludeFile(text ?? firstExcludeFile, excludeFile),
    ...builtInRules,
  ];
  return { rules, hasList: text !== undefined };
}

/** Compares the machine with the image and its overrides; reads only. */
export async function probeUpdate(io: Io, wish: Wish, signal: AbortSignal): Promise<UpdateFacts> {
  const { server, source, image, directory, only } = wish;
  const mounts = mountsBelow(await probeMounts(io), directory);
  const { rules, hasList } = await probeRules(io, wish, mounts);
  // The folders above a path of --only are compared, too.
  const isAsked = (path: string) =>
    only.length === 0 || only.some((one) => `/${path}` === one || `/${path}`.startsWith(`${one}/`));
  const { differences, kept } = await compareImage(io, server, image, directory, { rules, only, signal });
  const member = await probeMembership(io, wish, signal);
  const layers: Layer[] = [{ tree: { image }, differences: differences.filter(({ path }) => isAsked(path)) }];
  for (const { name, brings, has } of await probeOverrides(io, directory, source, member)) {
    const folder = `overrides/${name}`;
    const names = (brings ?? []).filter(isAsked);
    const found = await compareNames(io, server, folder, directory, names);
    layers.push({ tree: { folder, what: `override ${name}` }, differences: found, has: new Set(has) });
  }
  return { layers, kept, mounts, member, hasList, times: await probeTimes(io, directory, layers) };
}

/** When the files that differ were changed here. */
async function probeTimes(io: ReadIo, directory: AbsPath, layers: readonly Layer[]): Promise<LocalTimes> {
  const tree = inside(io, directory);
  const times = new Map<string, number>();
  for (const { path, kind, change, details } of layers.flatMap(({ differences }) => differences))
    if (kind === 'file' && change === 'changed' && details.includes('time'))
      times.set(path, (await tree.lstat(under('/', path)))?.mtimeMs ?? 0);
  return times;
}
