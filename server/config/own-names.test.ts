import { expect, it } from 'vitest';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { ownNames } from './own-names.ts';
import { parseServerConfig } from './server-toml.ts';

const cards = [{ card: 'eth0', address: '10.0.0.1', prefixLength: 24, mac: '' }];
const name = '/proc/sys/kernel/hostname';

it('knows the names of the machine, and those that server.toml adds', async () => {
  const { io } = recorderIo({
    files: {
      [name]: 'Srv1\n',
      '/etc/hosts':
        '127.0.0.1 localhost\n127.0.1.1 srv1.example.org srv1\n10.0.0.1 images\n10.0.0.2 other\n127.0.0.1 blocked.example.com\n',
      '/etc/resolv.conf': '# search no.example\nsearch lab.example.org example.org\nnameserver 10.0.0.2\n',
    },
  });
  const config = parseServerConfig('names = ["boot.example.org"]\n[dhcp]\ndomain = "pxe.example.org"', 'server.toml');
  expect((await ownNames(io, cards, config)).toSorted()).toEqual([
    'boot.example.org',
    'images',
    'localhost',
    'srv1',
    'srv1.example.org',
    'srv1.lab.example.org',
    'srv1.local',
    'srv1.pxe.example.org',
  ]);
});
it('knows a host name with its domain by its first label, too', async () => {
  const { io } = recorderIo({ files: { [name]: 'srv1.example.org\n' } });
  const names = await ownNames(io, [], parseServerConfig('', ''));
  expect(names).toEqual(['localhost', 'srv1.example.org', 'srv1', 'srv1.local']);
});
