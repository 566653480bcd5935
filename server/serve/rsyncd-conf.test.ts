import { expect, it } from 'vitest';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { serverPaths } from '../config/paths.ts';
import { parseServerConfig } from '../config/server-toml.ts';
import { listImages, sameNames } from '../images/modules.ts';
import { rsyncdConf } from './rsyncd-conf.ts';

const paths = serverPaths('/srv');
const config = parseServerConfig('', 'server.toml');

it('has a read-only module for each image, and for scripts, overrides and boot', async () => {
  const text = await rsyncdConf({ paths, config, networks: ['10.0.0.0/24'], images: ['web_v1'] });
  expect(text).toContain('\nread only = yes\nlist = no\n');
  expect(text).toContain('\nhosts allow = 10.0.0.0/24\nhosts deny = *\n');
  expect([...text.matchAll(/^\[(.*)\]$/gm)].map((match) => match[1])).toEqual([
    'scripts',
    'overrides',
    'boot',
    'web_v1',
  ]);
  expect(text).toContain('[web_v1]\n\tpath = /srv/var/lib/systemimager/images/web_v1\n');
});
it('never gives one image’s files for another’s whose name rsync takes for the same', async () => {
  const text = await rsyncdConf({ paths, config, networks: '*', images: ['WEB', 'web', 'Web', 'db'] });
  expect(text.match(/(?<=^\[).*(?=\]$)/gm)).toEqual(['scripts', 'overrides', 'boot', 'WEB', 'db']);
  expect(sameNames(['a', 'B', 'b'])).toEqual([{ name: 'b', as: 'B' }]);
});
it('answers everybody only when told', async () => {
  const text = await rsyncdConf({ paths, config, networks: '*', images: [] });
  expect(text).not.toContain('hosts allow');
});
it('refuses a path that rsyncd.conf would read differently', async () => {
  const odd = serverPaths('/srv/%HOME%');
  await expect(rsyncdConf({ paths: odd, config, networks: '*', images: [] })).rejects.toThrow(
    'cannot be written into rsyncd.conf',
  );
});
it('counts only real directories with an image name', async () => {
  const { io } = recorderIo({
    files: {
      [`${paths.images}/web_v1/etc/fstab`]: '',
      [`${paths.images}/.web_v2.partial/etc/fstab`]: '',
      [`${paths.images}/boot/etc/fstab`]: '',
      [`${paths.images}/Global/etc/fstab`]: '',
      [`${paths.images}/link`]: { link: 'web_v1' },
      [`${paths.images}/notes.txt`]: 'text',
    },
  });
  expect(await listImages(io, paths)).toEqual(['web_v1']);
});
