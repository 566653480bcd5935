import { expect, it } from 'vitest';
import { parseHosts } from '../../common/model/hosts.ts';
import { type AbsPath, here } from '../../common/system/place.ts';
import { revealText, type Step } from '../../common/system/step.ts';
import { planAddClients } from './add-clients.ts';
import { planRemoveClients, type RemoveFacts } from './remove-clients.ts';

const mac = '52:54:00:00:00:01';
const before = '127.0.0.1 localhost\n10.0.0.5 db1 # mine\n';
const both = `${before}10.0.0.11\twww1.x.org www1 # addclients\n10.0.0.12\twww2 # addclients\n`;
const at = '2026-01-01T00:00:00Z';
const fileOf = (path: AbsPath, text: string) => {
  return { at: here(path), lines: parseHosts(text), attrs: { mode: 0o644, owner: { uid: 0, gid: 0 } } };
};
const facts: RemoveFacts = {
  paths: { hosts: '/h.json', netboot: '/n.json' },
  scripts: new Map([
    ['www1', { kind: 'ours', at: '/s/www1.sh', target: 'web_v1.master' }],
    ['db1', { kind: 'foreign', at: '/s/db1.sh' }],
  ]),
  etcHosts: fileOf('/etc/hosts', both),
  served: fileOf('/s/hosts', both),
  known: [{ host: 'www1', mac }, { host: 'www2' }],
  netboot: {
    version: 1,
    machines: {
      [mac]: { boot: 'local', at, why: 'installed web_v1' },
      www1: { boot: 'install', at, why: 'systemimager netboot www1' },
      www2: { boot: 'install', at, why: 'systemimager netboot www2' },
    },
  },
};

const contentOf = (step: Step | undefined) => (step?.kind === 'write' ? revealText(step.content) : '');

it('takes a machine out of every list, with a backup of /etc/hosts, and leaves the others', () => {
  const { steps, say } = planRemoveClients(['www1'], facts);
  const content = `${before}10.0.0.12\twww2 # addclients\n`;
  expect(steps).toMatchObject([
    { kind: 'remove', at: { path: '/s/www1.sh' } },
    { kind: 'write', at: { path: '/etc/hosts' }, content, backup: true },
    { kind: 'write', at: { path: '/s/hosts' }, content },
    { kind: 'write', at: { path: '/h.json' } },
    { kind: 'write', at: { path: '/n.json' } },
  ]);
  const [known, netboot] = steps.slice(-2).map((step) => JSON.parse(contentOf(step)));
  expect(known.machines).toEqual([{ host: 'www2' }]);
  expect(Object.keys(netboot.machines)).toEqual(['www2']);
  expect(say).toBeUndefined();
});
it('leaves what addclients did not write, and names it', () => {
  const { steps, say } = planRemoveClients(['db1'], facts);
  expect(steps).toEqual([]);
  expect(say?.split('\n')).toEqual([
    'stays, for addclients did not write it: /s/db1.sh is a script of its own',
    'stays, for addclients did not write it: /etc/hosts has "10.0.0.5 db1 # mine"',
    'stays, for addclients did not write it: /s/hosts has "10.0.0.5 db1 # mine"',
  ]);
});
it('has nothing to do for a machine that nobody knows', () => {
  expect(planRemoveClients(['www3'], facts)).toEqual({ steps: [] });
});
it('takes back what addclients has written', () => {
  const image = 'web_v1';
  const fresh = { host: 'www3', ip: '10.0.0.13', image };
  const added = planAddClients([fresh], {
    paths: { scripts: '/s', hosts: '/h.json', netboot: '/n.json' },
    netboot: facts.netboot,
    scripts: new Map(),
    etcHosts: fileOf('/etc/hosts', both),
    served: fileOf('/s/hosts', both),
    known: [...facts.known],
  });
  const written = (path: string) => contentOf(added.find((one) => one.kind === 'write' && one.at.path === path));
  const { steps } = planRemoveClients(['www3'], {
    ...facts,
    etcHosts: fileOf('/etc/hosts', written('/etc/hosts')),
    served: fileOf('/s/hosts', written('/s/hosts')),
    known: JSON.parse(written('/h.json')).machines,
  });
  expect(steps.map(contentOf)).toEqual([
    both,
    both,
    `${JSON.stringify({ version: 1, machines: facts.known }, undefined, 2)}\n`,
  ]);
});
