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
