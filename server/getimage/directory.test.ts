import { expect, it } from 'vitest';
import { printSteps } from '../../common/system/apply.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { planDirectory } from './directory.ts';

const images = '/var/lib/systemimager/images';
const stepsOf = (files: Parameters<typeof recorderIo>[0]['files']) =>
  planDirectory(recorderIo({ files: { '/srv/images': { dir: true }, ...files } }).io, images, '/srv/images');

it('has images lie elsewhere where there are none yet', async () => {
  const text = printSteps(await stepsOf({ [images]: { dir: true } }));
  expect(text).toContain(`rm -rf ${images}\n`);
  expect(text).toContain(`ln -sfn /srv/images ${images}\n`);
});
it('does nothing where they lie there already', async () => {
  expect(await stepsOf({ [images]: { link: '/srv/images' }, '/srv/images/web_v1': { dir: true } })).toEqual([]);
});
it('leaves images that lie in another folder where they are', async () => {
  await expect(stepsOf({ [`${images}/web_v1`]: { dir: true } })).rejects.toThrow('all of them lie in one folder');
});
