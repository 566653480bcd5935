import { expect, it } from 'vitest';
import { serverPaths } from '../config/paths.ts';
import { parseServerConfig } from '../config/server-toml.ts';
import type { ServeFacts, WebUser } from './serve-facts.ts';
import { WebSettings } from '../http/settings.ts';
import { webService, webSettingsStep } from './web-service.ts';

const nobody = { name: 'nobody', uid: 65_534, gid: 65_534 };
const facts = (http: number, web: WebUser): ServeFacts => ({
  root: '/',
  paths: serverPaths('/'),
  config: parseServerConfig('', ''),
  ports: { rsync: 873, http },
  networks: [],
  cards: [],
  names: ['imageserver'],
  images: [],
  hosts: [],
  netboot: { version: 1, machines: {} },
  groups: [],
  web,
});
const asNobody = '--reuid=65534 --regid=65534 --clear-groups --no-new-privs';

it.each<[string, number, WebUser, string]>([
  ['another user with no capability', 8181, { user: nobody }, `${asNobody} --inh-caps=-all --ambient-caps=-all`],
  ['the one for low ports', 80, { user: nobody }, '--ambient-caps=-all,+net_bind_service'],
  ['reading where folders bar it', 8181, { user: nobody, barrier: '/root' }, '--ambient-caps=-all,+dac_read_search'],
  ['the same user where that is not root', 8181, {}, '--pdeathsig TERM /'],
])('the HTTP server gets %s', (_, port, web, words) => {
  expect(webService(facts(port, web)).argv.join(' ')).toContain(words);
});

it('reads what it is told, whatever server.toml says', () => {
  const toml =
    'networks = ["10.0.0.0/24", "fd00::/64"]\nunknown = "local"\n[dhcp]\nrange = "10.0.0.1-10.0.0.9"\nrouter = "10.0.0.1"';
  const step = webSettingsStep({ ...facts(8181, {}), config: parseServerConfig(toml, 'server.toml') });
  if (step.kind !== 'write' || typeof step.content !== 'string') throw new Error('it writes no file');
  expect(WebSettings.parse(JSON.parse(step.content))).toMatchObject({ root: '/', config: { unknown: 'local' } });
});
