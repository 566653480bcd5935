import { describe, expect, it } from 'vitest';
import { afterChoice, type BootChoice, decideBoot, hasKnownCard, Netboot, withFinished } from './netboot.ts';

const [mac, other] = ['52:54:00:00:00:01', '52:54:00:00:00:02'];
const at = '2026-01-01T00:00:00Z';
const nothing: Netboot = { version: 1, machines: {} };
const hosts = [{ host: 'demo1', mac }];
const unknown: BootChoice = 'local';
const done = { mac, image: 'web_v1', at, from: '10.0.0.9' };
const afterFinished = (netboot: Netboot, one: typeof done, known: typeof hosts) => withFinished(netboot, [one], known);
const boots = (netboot: Netboot, of = mac, known = hosts) =>
  decideBoot(of, { netboot, hosts: known, unknown: 'install' }).boot;

it.each<[string, Netboot, typeof hosts, BootChoice, BootChoice]>([
  ['a known machine installs', nothing, hosts, 'local', 'install'],
  ['an unknown one does as server.toml says', nothing, [], 'local', 'local'],
  ['an unknown one installs by default', nothing, [], 'install', 'install'],
  ['a finished one boots its disk', afterFinished(nothing, done, hosts), hosts, 'install', 'local'],
  ['a finished one that nobody listed, too', afterFinished(nothing, done, []), [], 'install', 'local'],
  ['a host by any name', nothing, [{ host: 'constructor', mac }], 'local', 'install'],
])('%s', (_, netboot, known, otherwise, boot) => {
  expect(decideBoot(mac, { netboot, hosts: known, unknown: otherwise }).boot).toBe(boot);
});

it.each(['demo1', mac])('after `netboot %s` a finished machine installs once more', (who) => {
  const again = afterChoice(afterFinished(nothing, done, hosts), { who, boot: 'install', at, hosts });
  expect(boots(again)).toBe('install');
  expect(boots(afterFinished(again, done, hosts))).toBe('local');
});

it('a machine is also chosen before it was ever seen, by host or by MAC', () => {
  const byHost = afterChoice(nothing, { who: 'demo1', boot: 'local', at, hosts });
  expect(decideBoot(mac, { netboot: byHost, hosts, unknown })).toMatchObject({ boot: 'local', host: 'demo1' });
  const byMac = afterChoice(nothing, { who: mac, boot: 'install', at, hosts: [] });
  expect(decideBoot(mac, { netboot: byMac, hosts: [], unknown }).boot).toBe('install');
});
it('other machines keep their entries', () => {
  const before = afterFinished(nothing, { ...done, mac: other }, [{ host: 'other', mac: other }]);
  expect(afterChoice(before, { who: 'demo1', boot: 'install', at, hosts }).machines).toMatchObject(before.machines);
});

describe('a host with another card', () => {
  const replaced = [{ host: 'demo1', mac: other }];
  it.each<BootChoice>(['install', 'local', 'rescue'])('does as was chosen for it: %s', (boot) => {
    const before = afterChoice(afterFinished(nothing, done, []), { who: other, boot: 'rescue', at, hosts: [] });
    const chosen = afterChoice(before, { who: 'demo1', boot, at, hosts });
    expect(boots(chosen, mac)).toBe(boot);
    expect(boots(chosen, other, replaced)).toBe(boot);
    expect(boots(afterChoice(before, { who: 'demo1', boot, at, hosts: replaced }), other, replaced)).toBe(boot);
  });
  it('starts its own disk where it was installed with the one before, and so does the one before', () => {
    const chosen = afterChoice(nothing, { who: 'demo1', boot: 'install', at, hosts });
    const finished = afterFinished(chosen, done, hosts);
    expect(boots(finished, other, replaced)).toBe('local');
    expect(boots(finished, mac, replaced)).toBe('local');
    expect(boots(afterChoice(nothing, { who: 'demo1', boot: 'local', at, hosts }), mac, replaced)).toBe('local');
  });
});

describe('a report', () => {
  it('changes nothing of other machines, whatever it calls itself', () => {
    const chosen = afterChoice(nothing, { who: 'demo1', boot: 'local', at, hosts });
    const after = afterFinished(chosen, { ...done, mac: other }, hosts);
    expect(after.machines).toMatchObject(chosen.machines);
    expect(Object.keys(after.machines)).toEqual(['demo1', mac, other]);
  });
  it('leaves a person’s word that a machine starts its own disk as it is', () => {
    const chosen = afterChoice(nothing, { who: mac, boot: 'local', at, hosts: [] });
    expect(afterFinished(chosen, done, [])).toEqual(chosen);
  });
  it('of a flood of cards pushes out only the flood', () => {
    const flood = Array.from({ length: 10_000 }, (_, nth) => [
      `02:${nth}`,
      { boot: 'local', at, why: '', from: '10.0.0.66' },
    ]);
    const chosen = afterChoice(afterFinished(nothing, done, []), { who: other, boot: 'local', at, hosts: [] });
    const full = Netboot.parse({ version: 1, machines: { ...chosen.machines, ...Object.fromEntries(flood) } });
    const { machines } = afterFinished(full, { ...done, mac: '52:54:00:00:00:77', from: '10.0.0.67' }, hosts);
    expect(Object.keys(machines)).toHaveLength(10_002);
    expect(machines).toMatchObject({ ...chosen.machines, '52:54:00:00:00:77': { boot: 'local' } });
    const { machines: more } = afterFinished(
      { version: 1, machines },
      { ...done, mac: '52:54:00:00:00:78', from: '10.0.0.66' },
      hosts,
    );
    expect(Object.keys(more)).toEqual(Object.keys(machines));
  });
});

it('reads what was written before, where a machine said its name', () => {
  const machines = { [mac]: { boot: 'local', at, why: 'installed web_v1', host: 'demo1' } };
  expect(boots(Netboot.parse({ version: 1, machines }))).toBe('local');
});

it('knows which machines can be told by their cards', () => {
  expect(hasKnownCard(mac, [])).toBe(true);
  expect(hasKnownCard('demo1', [{ host: 'demo1' }])).toBe(false);
  expect(hasKnownCard('demo1', hosts)).toBe(true);
});
