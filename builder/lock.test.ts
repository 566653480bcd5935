import { expect, it } from 'vitest';
import { recorderIo } from '../test/helpers/recorder-io.ts';
import { withBuildLock } from './lock.ts';
import type { BuildContext } from './run.ts';

const cache = '/root/.cache/systemimager';
const lock = `${cache}/lock`;
const contextOf = ({ io }: Pick<ReturnType<typeof recorderIo>, 'io'>, said: string[] = []): BuildContext => ({
  io,
  signal: new AbortController().signal,
  say: (line) => void said.push(line),
});

it('holds the lock while the build works, and gives it back where the work fails', async () => {
  const recorder = recorderIo({});
  const build = withBuildLock(contextOf(recorder), cache, async () => {
    recorder.did.push('work');
    throw new Error('no');
  });
  await expect(build).rejects.toThrow('no');
  expect(recorder.did.slice(-3)).toEqual([`lock ${lock}`, 'work', `unlock ${lock}`]);
});
it('says who is waited for', async () => {
  const said: string[] = [];
  const files = { [lock]: '77 5\n', '/proc/77/stat': `77 (node) S ${'0 '.repeat(18)}5 0` };
  const build = withBuildLock(contextOf(recorderIo({ locked: [lock], files }), said), cache, async () => {});
  await expect(build).rejects.toThrow('another build is at work (process 77)');
  expect(said).toEqual(['another build is at work (process 77): waiting for it']);
});
it('says in words that the cache cannot be written to', async () => {
  const { io } = recorderIo({});
  const full = { ...io, mkdir: () => Promise.reject(new Error('EROFS')) };
  const build = withBuildLock(contextOf({ io: full }), cache, async () => {});
  await expect(build).rejects.toThrow(`the cache ${cache} cannot be written to: EROFS`);
});
