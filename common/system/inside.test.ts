import { expect, it } from 'vitest';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { inside } from './inside.ts';

it('reads the tree’s own file where a link in it is absolute', async () => {
  const { io } = recorderIo({
    files: { '/a/etc/id': { link: '/var/id' }, '/a/var/id': 'image\n', '/var/id': 'host\n' },
  });
  const tree = inside(io, '/a');
  expect(await tree.readText('/etc/id')).toBe('image\n');
  expect(await tree.real('/etc/id')).toBe('/a/var/id');
  expect(await tree.firstOf(['/etc/none', '/etc/id'])).toBe('/etc/id');
  expect((await tree.lstat('/etc/id'))?.kind).toBe('link');
});
