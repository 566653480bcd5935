import { expect, it } from 'vitest';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { serverPaths } from '../config/paths.ts';
import { allClients, readClientFacts } from './clients.ts';

const lib = '/var/lib/systemimager';
const [mac, other] = ['52:54:00:00:00:01', '52:54:00:00:00:09'];
const finished = {
  id: '52-54-00-00-00-01.20260101T120000',
  seq: 9,
  at: '2026-01-01T12:00:00Z',
  receivedAt: '2026-01-01T12:00:09Z',
  mac,
  kind: 'finished',
  image: 'web_v1',
  afterwards: 'reboot',
  seconds: 60,
};
const machines = [
  { host: 'db1', mac: other },
  { host: 'www10', image: 'web_v1' },
  { host: 'www2', mac, ip: '10.0.0.12', image: 'web_v1' },
];
const files = {
  [`${lib}/scripts/www2.sh`]: { link: 'web_v1.master' },
  [`${lib}/scripts/www10.sh`]: '#!/bin/sh\n',
  [`${lib}/scripts/web_v1.master`]: '#!/bin/sh\n',
  [`${lib}/hosts.json`]: JSON.stringify({ version: 1, machines }),
  [`${lib}/netboot.json`]: JSON.stringify({
    version: 1,
    machines: {
      [mac]: { boot: 'local', at: '2026-01-01T12:00:09Z', why: 'installed web_v1', host: 'www2' },
      [other]: { boot: 'install', at: '2026-01-02T12:00:09Z', why: 'installed web_v1', host: 'db2' },
      db1: { boot: 'rescue', at: '2026-01-02T12:00:09Z', why: 'systemimager netboot db1' },
    },
  }),
  [`${lib}/reports/${finished.id}.jsonl`]: JSON.stringify(finished),
};

it('puts together what hosts.json, scripts, netboot.json and the reports say of each machine', async () => {
  const facts = await readClientFacts(recorderIo({ files }).io, serverPaths('/'));
  expect(allClients(facts)).toMatchObject([
    { host: 'db1', mac: other, script: { kind: 'absent' }, boot: { boot: 'rescue' } },
    { host: 'www2', mac, ip: '10.0.0.12', image: 'web_v1', boot: { boot: 'local' }, installation: { outcome: 'ok' } },
    { host: 'www10', script: { kind: 'foreign' }, boot: { boot: 'install' } },
  ]);
});
it('says that a machine of unknown MAC boots as server.toml says', async () => {
  const toml = { '/etc/systemimager/server.toml': 'unknown = "local"\n' };
  const facts = await readClientFacts(recorderIo({ files: { ...files, ...toml } }).io, serverPaths('/'));
  expect(allClients(facts).at(-1)?.boot).toEqual({
    boot: 'local',
    why: 'the MAC is not known, and server.toml says unknown = "local"',
  });
});
it('knows no machine where there is nothing', async () => {
  expect(allClients(await readClientFacts(recorderIo({}).io, serverPaths('/')))).toEqual([]);
});
it('shows what reads of lists that are broken, and says that every machine starts its own disk meanwhile', async () => {
  const hosts = JSON.stringify({ version: 1, machines: [...machines, { host: 'a b' }, { host: 'x', mac: 'y' }] });
  const netboot = JSON.stringify({
    version: 1,
    machines: { db1: { boot: 'fly', at: '', why: '' }, db7: { boot: 'local', at: '', why: '' } },
  });
  const { io } = recorderIo({ files: { ...files, [`${lib}/hosts.json`]: hosts, [`${lib}/netboot.json`]: netboot } });
  const facts = await readClientFacts(io, serverPaths('/'));
  expect(facts.broken).toEqual([
    expect.stringContaining('hosts.json: machines.3.host'),
    expect.stringContaining('hosts.json: machines.4.mac'),
    expect.stringContaining('netboot.json: machines.db1.boot'),
  ]);
  const shown = allClients(facts);
  expect(shown.map((one) => one.host)).toEqual(['db1', 'db7', 'www2', 'www10']);
  expect(new Set(shown.map((one) => one.boot.boot))).toEqual(new Set(['local']));
});
it.each(['{', '[]', 'null', '"x"', '{"version":2,"machines":[]}', '{"version":1,"machines":7}'])(
  'shows machines that scripts tell where hosts.json is %s',
  async (text) => {
    const { io } = recorderIo({ files: { ...files, [`${lib}/hosts.json`]: text } });
    const facts = await readClientFacts(io, serverPaths('/'));
    expect(facts.broken).toHaveLength(1);
    expect(allClients(facts).map((one) => one.host)).toEqual(['db1', 'www2', 'www10']);
  },
);
