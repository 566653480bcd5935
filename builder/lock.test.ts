import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { absPath, type AbsPath, under } from '../common/system/place.ts';
import { recorderIo } from '../test/helpers/recorder-io.ts';
import { withBuildLock } from './lock.ts';
import type { BuildContext } from './run.ts';

let cache: AbsPath;
let said: string[];
let context: BuildContext;
beforeEach(() => {
  cache = absPath(mkdtempSync(path.join(os.tmpdir(), 'lock-')));
  said = [];
  const { io } = recorderIo({ files: { [`/proc/${process.pid}/stat`]: `1 (a b) S ${'0 '.repeat(18)}7 0` } });
  context = { io, signal: new AbortController().signal, say: (line) => void said.push(line) };
});
afterEach(() => rmSync(cache, { recursive: true }));

it('lets one build work after the other, and says who is waited for', async () => {
  const did: string[] = [];
  const build = (name: string, until: () => boolean) =>
    withBuildLock(context, cache, async () => {
      did.push(`${name} begins`);
      while (!until()) await new Promise((resolve) => setTimeout(resolve, 5));
      did.push(`${name} ends`);
    });
  const first = build('first', () => said.length > 0);
  while (did.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await Promise.all([first, build('second', () => true)]);
  expect(did).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
  expect(said).toEqual([`Another build is at work (process ${process.pid}): waiting for it`]);
  expect(readdirSync(cache)).toEqual([]);
});
it('takes over from a build that was killed', async () => {
  writeFileSync(under(cache, 'lock'), '99999999 12345');
  expect(await withBuildLock(context, cache, async () => 'built')).toBe('built');
});
it('gives the lock back where the work fails', async () => {
  await expect(withBuildLock(context, cache, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(existsSync(under(cache, 'lock'))).toBe(false);
});
it('says in words that the cache cannot be written to', async () => {
  writeFileSync(under(cache, 'file'), '');
  const inFile = withBuildLock(context, under(cache, 'file'), async () => {});
  await expect(inFile).rejects.toThrow(/the cache .*file cannot be written to: EEXIST/);
});
