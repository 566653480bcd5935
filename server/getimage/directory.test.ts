import { expect, it } from 'vitest';
import { printSteps } from '../../common/system/apply.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { planDirectory } from './directory.ts';

const images = '/var/lib/systemimager/images';
const stepsOf = (files: Parameters<typeof recorderIo>[0]['files']) =>
  planDirectory(
    recorderIo({ files: { '/srv/images': { kind: 'dir', mode: 0o700 }, ...files } }).io,
    images,
    '/srv/images',
  );

it('has images lie elsewhere where there are none yet', async () => {
  const text = printSteps(await stepsOf({ [images]: { dir: true } }));
  expect(text).toContain(`rm -rf ${images}\n`);
  expect(text).toContain(`ln -sfn /srv/images ${images}\n`);
});
it('does nothing where they lie there already', async () => {
  expect(await stepsOf({ [images]: { link: '/srv/images' }, '/srv/images/web_v1': { dir: true } })).toEqual([]);
});
it('takes no folder that others can enter', async () => {
  const open = stepsOf({ '/srv/images': { kind: 'dir', mode: 0o755 } });
  await expect(open).rejects.toMatchObject({
    message: '/srv/images has mode 0755: other users of this machine can read password hashes and host keys',
    hint: 'Run: chmod 0700 /srv/images',
  });
});
it('leaves images that lie in another folder where they are', async () => {
  await expect(stepsOf({ [`${images}/web_v1`]: { dir: true } })).rejects.toThrow('all of them lie in one folder');
});
