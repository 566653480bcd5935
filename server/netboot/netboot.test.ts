import { expect, it } from 'vitest';
import { afterChoice, afterFinished, type BootChoice, decideBoot, hasKnownCard, type Netboot } from './netboot.ts';

const mac = '52:54:00:00:00:01';
const at = '2026-01-01T00:00:00Z';
const nothing: Netboot = { version: 1, machines: {} };
const hosts = [{ host: 'demo1', mac }];
const unknown: BootChoice = 'local';
const done = { mac, host: 'demo1', image: 'web_v1', at };

it.each<[string, Netboot, typeof hosts, BootChoice, BootChoice]>([
  ['a known machine installs', nothing, hosts, 'local', 'install'],
  ['an unknown one does as server.toml says', nothing, [], 'local', 'local'],
  ['an unknown one installs by default', nothing, [], 'install', 'install'],
  ['a finished one boots its disk', afterFinished(nothing, done), hosts, 'install', 'local'],
  [
    'a finished one that nobody listed, too',
    afterFinished(nothing, { ...done, host: undefined }),
    [],
    'install',
    'local',
  ],
])('%s', (_, netboot, hosts, unknown, boot) => {
  expect(decideBoot(mac, { netboot, hosts, unknown }).boot).toBe(boot);
});

it.each([[hosts], [[]]])('after `netboot demo1` a finished machine installs once more, known as %j', (hosts) => {
  const again = afterChoice(afterFinished(nothing, done), { who: 'demo1', boot: 'install', at, hosts });
  expect(decideBoot(mac, { netboot: again, hosts, unknown }).boot).toBe('install');
  const twice = afterFinished(again, done);
  expect(decideBoot(mac, { netboot: twice, hosts, unknown }).boot).toBe('local');
});

it('a machine is also chosen before it was ever seen, by host or by MAC', () => {
  const byHost = afterChoice(nothing, { who: 'demo1', boot: 'local', at, hosts });
  expect(decideBoot(mac, { netboot: byHost, hosts, unknown })).toMatchObject({ boot: 'local', host: 'demo1' });
  const byMac = afterChoice(nothing, { who: mac, boot: 'install', at, hosts: [] });
  expect(decideBoot(mac, { netboot: byMac, hosts: [], unknown }).boot).toBe('install');
});
it('other machines keep their entries', () => {
  const before = afterFinished(nothing, { ...done, mac: '52:54:00:00:00:99', host: 'other' });
  expect(afterChoice(before, { who: 'demo1', boot: 'install', at, hosts }).machines).toMatchObject(before.machines);
});

it('knows which machines can be told by their cards', () => {
  const entry = { boot: 'local' as const, at, why: '', host: 'demo1' };
  expect(hasKnownCard(mac, nothing, [])).toBe(true);
  expect(hasKnownCard('demo1', { version: 1, machines: { demo1: entry } }, [{ host: 'demo1' }])).toBe(false);
  expect(hasKnownCard('demo1', nothing, hosts)).toBe(true);
  expect(hasKnownCard('demo1', { version: 1, machines: { [mac]: entry } }, [])).toBe(true);
});
