import { readFile, rename, writeFile } from 'node:fs/promises';
import { cacheFile } from '../assets/cache.ts';
import { realIo } from '../../common/system/real-io.ts';
import { absPath } from '../../common/system/place.ts';
import type { History, Ran } from './choose.ts';

const file = () => cacheFile('boot-tests.json');

/** What is known of earlier runs; a file that cannot be read counts as empty. */
export async function readHistory(): Promise<History> {
  try {
    return JSON.parse(await readFile(file(), 'utf8')) as History;
  } catch {
    return {};
  }
}

let last = Promise.resolve();

/** Keeps how a row ended. Rows end side by side, and other runs keep theirs in the same file. */
export function remember(name: string, ran: Ran): Promise<void> {
  last = last.then(async () => {
    const temporary = `${file()}.${process.pid}.tmp`;
    await writeFile(temporary, JSON.stringify({ ...(await readHistory()), [name]: ran }, null, 2));
    await rename(temporary, file());
  });
  return last;
}

/**
 * Tells when one of the files last changed, in ms since 1970: the newest commit (or, with uncommitted changes, now). Each
 * question is asked once.
 */
export async function changeTimes(
  top: string,
  all: readonly (readonly string[])[],
): Promise<(covers: readonly string[]) => number> {
  const known = new Map<string, number>();
  for (const name of new Set(all.flat())) {
    const log = await realIo.run({ argv: ['git', 'log', '-1', '--format=%ct', '--', name], cwd: absPath(top) });
    const status = await realIo.run({ argv: ['git', 'status', '--porcelain', '--', name], cwd: absPath(top) });
    known.set(name, status.stdout.trim() ? Date.now() : Number(log.stdout.trim() || 0) * 1000);
  }
  return (covers) => Math.max(0, ...covers.map((name) => known.get(name) ?? 0));
}
