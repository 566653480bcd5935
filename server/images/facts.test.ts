import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { realIo } from '../../common/system/real-io.ts';
import { absPath } from '../../common/system/place.ts';
import { serverPaths } from '../config/paths.ts';
import { factsReader } from './facts.ts';

let root = '';
const paths = () => serverPaths(absPath(root));
const imageFacts = (mounts: string[], name = 'web') =>
  factsReader(realIo, paths(), { signal: new AbortController().signal })(name, mounts);
const file = (name: string) => path.join(paths().images, 'web', name);
const put = (name: string, bytes: number) => {
  fs.mkdirSync(path.dirname(file(name)), { recursive: true });
  fs.writeFileSync(file(name), Buffer.alloc(bytes));
};
/** Sets every directory's time back, so that the next reading trusts it. */
const settle = () => {
  for (const dir of ['.', 'boot', 'home', 'home/a']) fs.utimesSync(file(dir), 1000, 1000);
};

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'facts-'));
  put('etc/fstab', 10);
  put('boot/kernel', 100);
  put('home/a/x', 1000);
  fs.linkSync(file('home/a/x'), file('home/y'));
  fs.linkSync(file('boot/kernel'), file('kernel'));
  fs.symlinkSync('kernel', file('link'));
});
afterEach(() => fs.rmSync(root, { recursive: true }));

it('counts each file once, and finds the link groups that mounts split', async () => {
  expect(await imageFacts(['/', '/boot', '/home'])).toEqual({
    name: 'web',
    tree: expect.stringMatching(/^\d+:\d+$/),
    bytes: 1110,
    inodes: 9,
    mounts: [
      // /, /etc, /etc/fstab, /link, /kernel
      { dir: '/', bytes: 110, holeBytes: 0, inodes: 5 },
      { dir: '/boot', bytes: 100, holeBytes: 0, inodes: 2 },
      { dir: '/home', bytes: 1000, holeBytes: 0, inodes: 3 },
    ],
    splitLinks: [['/boot/kernel', '/kernel']],
  });
});
it('tells how much of the content is holes, also of a file with two names', async () => {
  const MiB = 1024 ** 2;
  put('home/a/disk', 65536);
  fs.truncateSync(file('home/a/disk'), 64 * MiB);
  fs.linkSync(file('home/a/disk'), file('home/disk'));
  put('home/small', 0);
  fs.truncateSync(file('home/small'), 5000);
  const { mounts } = await imageFacts(['/home']);
  expect(mounts).toEqual([{ dir: '/home', bytes: 64 * MiB + 6000, holeBytes: 64 * MiB - 65536, inodes: 5 }]);
});
it('splits nothing where there is one filesystem', async () => {
  const facts = await imageFacts(['/']);
  expect(facts.splitLinks).toEqual([]);
  expect(facts.mounts).toEqual([{ dir: '/', bytes: 1110, holeBytes: 0, inodes: 9 }]);
});
it('notices what came and went since the last time', async () => {
  settle();
  await imageFacts(['/']);
  put('home/a/new', 5);
  fs.rmSync(file('kernel'));
  const facts = await imageFacts(['/', '/boot']);
  expect(facts).toMatchObject({ bytes: 1115, inodes: 10, splitLinks: [] });
});
it('reads an image anew that was replaced under its name', async () => {
  settle();
  await imageFacts(['/']);
  fs.renameSync(path.join(paths().images, 'web'), path.join(root, 'old'));
  put('only', 7);
  expect(await imageFacts(['/'])).toMatchObject({ bytes: 7, inodes: 2 });
});
it('counts names that are no UTF-8', async () => {
  fs.writeFileSync(Buffer.from(`${file('etc')}/na\xefve`, 'latin1'), 'abc');
  fs.mkdirSync(Buffer.from(`${file('etc')}/d\xff`, 'latin1'));
  fs.writeFileSync(Buffer.concat([Buffer.from(`${file('etc')}/d\xff/in`, 'latin1')]), 'abcd');
  expect(await imageFacts(['/'])).toMatchObject({ bytes: 1117, inodes: 12 });
});
it.each(['../etc', '.hidden', 'absent', 'boot'])('refuses %j', async (name) => {
  await expect(imageFacts(['/'], name)).rejects.toThrow('there is no image');
});
