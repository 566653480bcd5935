import { z } from 'zod';
import type { ImageFacts } from '../../common/model/image-facts.ts';
import { ImageName } from '../../common/model/names.ts';
import { machineError, UserError } from '../../common/system/errors.ts';
import type { Io } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { ServerPaths } from '../config/paths.ts';
import { sumTree } from '../../common/model/sum-tree.ts';
import { type TreeFacts, walkTree } from './walk.ts';

/** manifests/NAME.facts.json: what the image's directories held at the last look, so that only changed ones are read again. */
const FactsCache = z.object({
  version: z.literal(2),
  /** Device and inode of the image's directory: another one under this name is another image. */
  dev: z.number(),
  ino: z.number(),
  dirs: z.array(
    z.tuple([
      z.string(),
      z.object({
        mtimeMs: z.number(),
        bytes: z.number(),
        holeBytes: z.number(),
        inodes: z.number(),
        subdirs: z.array(z.string()),
        links: z.array(z.tuple([z.string(), z.number(), z.number(), z.number()])),
      }),
    ]),
  ),
});

/** Enough for an image with some million folders; V8 does not hold longer texts. */
const mostCacheBytes = 512 * 1024 ** 2;

async function readCache(io: Io, at: AbsPath, identity: { dev: number; ino: number }): Promise<TreeFacts> {
  try {
    const cache = FactsCache.parse(JSON.parse((await io.readText(at, { limitBytes: mostCacheBytes })) ?? ''));
    if (cache.dev === identity.dev && cache.ino === identity.ino) return new Map(cache.dirs);
  } catch {
    // Absent, torn or of another version: the image is read anew.
  }
  return new Map();
}

/** The directory of an image; UserError if there is no image of that name. */
export async function imageDir(io: Io, paths: Pick<ServerPaths, 'images'>, name: string) {
  const valid = ImageName.safeParse(name);
  const at = under(paths.images, valid.success ? name : 'x');
  const stat = valid.success ? await io.lstat(at) : undefined;
  if (stat?.kind !== 'dir')
    throw new UserError(
      `there is no image ${JSON.stringify(name)} in ${paths.images}`,
      'Images are listed by: systemimager lsimage',
    );
  return { at, stat };
}

/** Reads images; several machines that ask at once for one image share one walk. */
export type FactsReader = (name: string, mountDirs: readonly string[]) => Promise<ImageFacts>;

/** How often a long walk tells how far it is. */
const tellMs = 5000;

/** `remembers`: the facts are kept in manifests/ for the next time; a dry run writes nothing. */
type ReadHow = { say?: (line: string) => void; remembers?: boolean; signal: AbortSignal };

/**
 * Gives bytes, inodes and split hard links of an image for the asked mount points. The first call reads the whole tree;
 * later ones look only at directories that changed.
 */
export function factsReader(io: Io, paths: Pick<ServerPaths, 'images' | 'manifests'>, how: ReadHow): FactsReader {
  const walks = new Map<string, Promise<Read>>();
  return async (name, mountDirs) => {
    const walk = walks.get(name) ?? readTree(io, paths, name, how).finally(() => walks.delete(name));
    walks.set(name, walk);
    const { tree, id } = await walk;
    return { ...sumTree(name, tree, mountDirs), tree: id };
  };
}

/** What an image's directories hold, and the device and inode of the tree. */
type Read = { tree: TreeFacts; id: string };

/** Reads what each directory of an image holds. */
export async function readTree(
  io: Io,
  paths: Pick<ServerPaths, 'images' | 'manifests'>,
  name: string,
  { say = () => {}, remembers = true, signal }: ReadHow,
): Promise<Read> {
  const { at, stat } = await imageDir(io, paths, name);
  const cacheFile = under(paths.manifests, `${name}.facts.json`);
  const known = await readCache(io, cacheFile, stat);
  let toldMs = performance.now();
  const onDirs = (count: number) => {
    if (performance.now() - toldMs < tellMs) return;
    toldMs = performance.now();
    say(`reading image ${name}: ${count} directories so far`);
  };
  const tree = await walkTree(at, known, { nowMs: io.now().getTime(), onDirs, signal });
  const isUnchanged = tree.size === known.size && [...tree].every(([dir, facts]) => known.get(dir) === facts);
  const read = { tree, id: `${stat.dev}:${stat.ino}` };
  if (isUnchanged || !remembers) return read;
  const cache = { version: 2, dev: stat.dev, ino: stat.ino, dirs: [...tree] };
  try {
    await io.mkdir(paths.manifests);
    await io.write(cacheFile, JSON.stringify(cache), { mode: 0o600 });
  } catch (error) {
    // Facts that are not kept are read again, so a full or read-only disk is no reason to fail.
    const refused = machineError(error);
    if (!refused) throw error;
    say(`what image ${name} holds is not remembered: ${refused.message}`);
  }
  return read;
}
