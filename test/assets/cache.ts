import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { mkdir, rename, rm, utimes } from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder } from '../../common/system/cache-folder.ts';

const cacheDir = cacheFolder(process.env);

/** A file in the cache: $SYSTEMIMAGER_CACHE, or ~/.cache/systemimager. */
export function cacheFile(name: string): string {
  mkdirSync(cacheDir, { recursive: true });
  return path.join(cacheDir, name);
}

const making = new Map<string, Promise<string>>();

/**
 * What `make` puts into a new directory, made once for each recipe: the name in the cache ends in the recipe's hash. It
 * appears whole or not at all, so an interrupted run leaves nothing half made.
 */
export function cached(name: string, recipe: unknown, make: (dir: string) => Promise<void>): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(recipe)).digest('hex').slice(0, 12);
  const dir = cacheFile(`${name}-${hash}`);
  const known = making.get(dir);
  if (known) return known;
  const made = (async () => {
    if (existsSync(dir)) {
      // The cache is pruned by the time of the last use.
      await utimes(dir, new Date(), new Date());
      return dir;
    }
    const unfinished = `${dir}.${process.pid}.tmp`;
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished);
    await make(unfinished);
    await rename(unfinished, dir);
    return dir;
  })();
  making.set(dir, made);
  return made;
}
