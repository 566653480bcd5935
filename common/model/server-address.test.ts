import { expect, it } from 'vitest';
import { httpUrl, rsyncUrl, serverAddress } from './server-address.ts';
import type { Settings } from './settings.ts';

const settings = (values: Record<string, string>): Settings =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value, from: 'DHCP', detail: '' }]));

it.each([
  [{ IMAGESERVER: '10.0.0.1' }, 'http://10.0.0.1:8181/reports', 'rsync://10.0.0.1:873/scripts/hosts'],
  [
    { IMAGESERVER: 'fd00::1', HTTPPORT: '80', RSYNCPORT: '8730' },
    'http://[fd00::1]:80/reports',
    'rsync://[fd00::1]:8730/scripts/hosts',
  ],
])('%j is reached by %s and %s', (values, http, rsync) => {
  const server = serverAddress(settings(values));
  expect([httpUrl(server, '/reports'), rsyncUrl(server, 'scripts/hosts')]).toEqual([http, rsync]);
});

it('must be named by somebody', () => {
  expect(() => serverAddress(settings({ IMAGESERVER: '' }))).toThrow('nobody said where the image server is');
});
