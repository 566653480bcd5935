import { expect, it } from 'vitest';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { growingImage, growingName, oldName, unreadTrees } from './old-trees.ts';

const [images, disk] = ['/var/lib/systemimager/images', '/srv/images'] as const;
const [read, unread] = [1, 2].map((day) => oldName('web_v1', new Date(Date.UTC(2026, 0, day))));
const trees = (folder: string) =>
  ({ [`${folder}/${read}`]: { dir: true }, [`${folder}/${unread}`]: { dir: true } }) as const;

it.each([
  ['a folder', images, trees(images)],
  ['a link to another disk', disk, { [images]: { link: disk }, ...trees(disk) }],
])('leaves a tree that a machine still reads, where images/ is %s', async (_, folder, files) => {
  const { io } = recorderIo({ files: { ...files, '/proc/7/root': { link: `${folder}/${read}` } } });
  expect(await unreadTrees(io, images)).toEqual([`${folder}/${unread}`]);
});
it('knows the image of a tree that grows', () => {
  expect(growingImage(growingName('web_v1'))).toBe('web_v1');
  expect(growingImage('web_v1')).toBeUndefined();
});
