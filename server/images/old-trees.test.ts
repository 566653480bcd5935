import { expect, it } from 'vitest';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { copyName, growingName, oldName, readyName, unfinished, unreadTrees } from './old-trees.ts';

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
it.each([
  [growingName('web.v1'), { image: 'web.v1', as: 'new' }],
  [copyName('web.v1'), { image: 'web.v1', as: 'own' }],
  [readyName('web.v1'), { image: 'web.v1', as: 'ready' }],
  [oldName('web.v1', new Date(0)), undefined],
  ['web.v1', undefined],
])('knows what %s was to be', (name, tree) => {
  expect(unfinished(name)).toEqual(tree);
});
