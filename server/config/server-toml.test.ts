import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parseServerConfig } from './server-toml.ts';

const file = '/etc/systemimager/server.toml';

it('has a default for everything', () => {
  expect(parseServerConfig('', file)).toMatchObject({
    unknown: 'install',
    ports: { rsync: 873, http: 8181 },
    dhcp: { dns: [], lease_seconds: 43_200 },
  });
});
it('reads every entry', () => {
  const text = `
networks = ["10.0.0.0/24"]
unknown = "local"
append = "nomodeset"
[ports]
http = 80
[dhcp]
range = "10.0.0.100-10.0.0.200"
router = "10.0.0.254"
`;
  expect(parseServerConfig(text, file)).toMatchObject({
    networks: ['10.0.0.0/24'],
    unknown: 'local',
    append: 'nomodeset',
    ports: { rsync: 873, http: 80 },
    dhcp: { range: ['10.0.0.100', '10.0.0.200'], router: '10.0.0.254' },
  });
});
it.each([
  ['networks = ["10.0.0"]', 'write a network as'],
  ['networks = []', 'networks'],
  ['network = ["10.0.0.0/24"]', 'network'],
  ['unknown = "maybe"', 'unknown'],
  ['append = "a\\nb"', 'one line'],
  ['[ports]\nhttp = 70000', 'ports.http'],
  ['[dhcp]\nrange = "10.0.0.1"', 'dhcp.range'],
  ['ports = ', 'is not TOML'],
])('refuses %j', (text, words) => {
  expect(() => parseServerConfig(text, file)).toThrow(words);
});
it('reads the example with and without its commented lines, and the example shows the defaults', () => {
  const example = readFileSync(path.resolve(import.meta.dirname, '../../docs/examples/server.toml'), 'utf8');
  expect(parseServerConfig(example, file)).toEqual(parseServerConfig('', file));
  const all = parseServerConfig(example.replace(/^#(?=[a-z]+ = )/gm, ''), file);
  expect(all).toMatchObject({ networks: ['10.0.0.0/24'], dhcp: { router: '10.0.0.254', domain: 'example.org' } });
});
