import { expect, it } from 'vitest';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { serverPaths } from '../config/paths.ts';
import { lockImage, lockLists } from './lock.ts';

const paths = serverPaths('/');
const lists = '/run/systemimager/locks/lists';

it('keeps a second command from an image, and gives it back', async () => {
  const { io } = recorderIo({});
  const lock = await lockImage(io, paths, 'web_v1');
  await expect(lockImage(io, paths, 'web_v1')).rejects.toThrow('another command is at work on web_v1');
  await (await lockImage(io, paths, 'web_v2'))[Symbol.asyncDispose]();
  await lock[Symbol.asyncDispose]();
  await (await lockImage(io, paths, 'web_v1'))[Symbol.asyncDispose]();
});
it('locks nothing by a name that is none', async () => {
  const { io, did } = recorderIo({});
  await expect(lockImage(io, paths, '../lists')).rejects.toThrow('"../lists" is no image name');
  expect(did).toEqual([]);
});
it('says who changes the lists, and waits', async () => {
  const said: string[] = [];
  const stat = `77 (a) b) S ${'0 '.repeat(18)}4711 0`;
  const { io } = recorderIo({ locked: [lists], files: { [lists]: '77 4711\n', '/proc/77/stat': stat } });
  const wait = lockLists(io, paths, { print: (line) => said.push(line) });
  await expect(wait).rejects.toMatchObject({
    message: 'another command is at work on /var/lib/systemimager/hosts.json (process 77)',
    hint: 'Wait for that command, or end that command first: kill 77',
  });
  expect(said).toEqual(['another command is at work on /var/lib/systemimager/hosts.json (process 77): waiting for it']);
});
it('takes no other process for the one that has the lock', async () => {
  const stat = `77 (a) S ${'0 '.repeat(18)}9999 0`;
  const { io } = recorderIo({ locked: [lists], files: { [lists]: '77 4711\n', '/proc/77/stat': stat } });
  await expect(lockLists(io, paths)).rejects.toThrow(
    'process 77 is gone, and a program that this process started is still at work',
  );
});
