import { expect, it, vi } from 'vitest';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { consoleLog } from './console.ts';
import { paths } from '../paths.ts';

it('begins the log anew where it has grown too long for the memory', async () => {
  const { io, did } = recorderIo({ files: { [paths.console]: 'x' } });
  let sizeBytes = 1000;
  const lstat: typeof io.lstat = async (at) => {
    const stat = await io.lstat(at);
    return stat && { ...stat, sizeBytes };
  };
  const say = consoleLog({ ...io, lstat });
  say('one');
  await vi.waitFor(async () => expect(await io.readText(paths.console)).toMatch(/one\n$/));
  expect(did.filter((line) => line.startsWith('run'))).toEqual([]);
  sizeBytes = 33 * 1024 ** 2;
  say('two');
  await vi.waitFor(async () => expect(await io.readText(paths.console)).toMatch(/had grown too long.*\n.*two\n$/));
  expect(did.filter((line) => line.startsWith('run'))).toEqual([expect.stringContaining(paths.console)]);
});

it('keeps no more than it can write where a script speaks too fast, and says how much is left out', async () => {
  const { io } = recorderIo({});
  const slow = Promise.withResolvers<void>();
  const append: typeof io.append = async (at, text) => {
    await slow.promise;
    await io.append(at, text);
  };
  const say = consoleLog({ ...io, append });
  for (let line = 0; line < 30_000; line += 1) say('x'.repeat(90));
  slow.resolve();
  await vi.waitFor(async () => expect(await io.readText(paths.console)).toMatch(/\d+ lines came too fast/));
  const text = (await io.readText(paths.console)) ?? '';
  expect(text.length).toBeLessThan(1.1 * 1024 ** 2);
  expect(text.split('\n').length - 2 + Number(/(\d+) lines/.exec(text)?.[1])).toBe(30_000);
});
