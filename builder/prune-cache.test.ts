import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { absPath, type AbsPath } from '../common/system/place.ts';
import { contentKey, once } from './cache.ts';
import { bytesOf, pruneCache } from './prune-cache.ts';

const dayMs = 86_400_000;
let cache: AbsPath;
const at = (name: string) => path.join(cache, name);
/** An entry of 1000 bytes that was used `days` ago. */
function entry(name: string, days: number): void {
  mkdirSync(path.dirname(at(name)), { recursive: true });
  if (name.endsWith('/')) mkdirSync(at(name));
  writeFileSync(name.endsWith('/') ? `${at(name)}file` : at(name), Buffer.alloc(1000));
  const seconds = (Date.now() - days * dayMs) / 1000;
  utimesSync(at(name), seconds, seconds);
}

beforeEach(() => {
  cache = absPath(mkdtempSync(path.join(os.tmpdir(), 'cache-')));
});
afterEach(() => rmSync(cache, { recursive: true }));

it('removes what was not used for long, and only what can be made again', async () => {
  for (const name of ['debs/old.deb', 'opened/old/', 'busybox-old', 'golden-x-1']) entry(name, 100);
  entry('debs/new.deb', 1);
  entry('demo/images/', 500);
  expect(await pruneCache(cache, Date.now())).toBe(4);
  expect(['debs/old.deb', 'opened/old', 'busybox-old', 'golden-x-1'].some((name) => existsSync(at(name)))).toBe(false);
  expect(['debs/new.deb', 'demo/images'].every((name) => existsSync(at(name)))).toBe(true);
});
it('removes at once what a process that is gone was making', async () => {
  entry('sea/a.99999999.tmp/', 0);
  entry('busybox-b.99999999.tmp.work/', 0);
  entry(`sea/c.${process.pid}.tmp/`, 0);
  await pruneCache(cache, Date.now());
  expect([readdirSync(cache), readdirSync(at('sea'))]).toEqual([['looked', 'sea'], [`c.${process.pid}.tmp`]]);
});
it('removes the oldest where there is too much', async () => {
  entry('sea/a/', 5);
  entry('sea/b/', 4);
  entry('sea/c/', 3);
  await pruneCache(cache, Date.now(), { keepDays: 60, keepBytes: 2500, leastDays: 1 });
  expect(['a', 'b', 'c'].filter((name) => existsSync(at(`sea/${name}`)))).toEqual(['b', 'c']);
});
it('keeps what a build has just used', async () => {
  entry('depmod/x/', 100);
  await once(absPath(at('depmod/x')), () => Promise.reject(new Error('it is there')));
  expect(await pruneCache(cache, Date.now())).toBe(0);
});
it('makes an entry once, whole or not at all', async () => {
  const made = absPath(at('sea/made'));
  const failing = once(made, async (temporary) => {
    writeFileSync(temporary, 'half');
    throw new Error('no space left');
  });
  await expect(failing).rejects.toThrow('no space left');
  expect(existsSync(made)).toBe(false);
  await once(made, async (temporary) => writeFileSync(temporary, 'whole'));
  await once(made, () => Promise.reject(new Error('made twice')));
});
it('names content by all of its parts', () => {
  expect(contentKey('ab', 'c')).not.toBe(contentKey('a', 'bc'));
  expect(contentKey('ab', 'c')).toBe(contentKey('ab', 'c'));
});

it('counts what is there, and not where another filesystem is mounted', async () => {
  entry('opened/a/', 1);
  const { dev } = statSync(cache);
  expect(await bytesOf(at('opened'), dev)).toBe(1000);
  expect(await bytesOf(at('opened'), dev + 1)).toBeUndefined();
  expect(await bytesOf(at('opened/gone'), dev)).toBe(0);
});
