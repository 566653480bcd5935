import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseHosts, printHosts } from '../../common/model/hosts.ts';
import { type AbsPath, here } from '../../common/system/place.ts';
import type { Netboot } from '../netboot/netboot.ts';
import { mergeHostsLines } from './hosts-lines.ts';
import { type AddFacts, mergeKnown, type NewHost, planAddClients } from './add-clients.ts';
import { checkedHostNames, hostNames, parseHostRange, parseIpRange, parseMacFile } from './host-range.ts';

const image = 'web_v1';
const www1: NewHost = { host: 'www1', domain: 'x.org', ip: '10.0.0.11', mac: '52:54:00:00:00:01', image };

it.each([
  ['1-3', ['1', '2', '3']],
  ['08-11', ['08', '09', '10', '11']],
  ['7', ['7']],
])('hosts %s are %j', (text, numbers) => {
  expect(parseHostRange(text)).toEqual(numbers);
});
it.each(['3-1', '-2', 'a-b', '', '1-2-3'])('refuses the host range %j', (text) => {
  expect(() => parseHostRange(text)).toThrow('no range of numbers');
});
it.each(['10.0.0.9-10.0.0.1', '10.0.0.1-', 'x', '10.0.0.0-10.9.0.0', '1.2.3.4-1.2.3.5-1.2.3.6'])(
  'refuses the addresses %j',
  (text) => {
    expect(() => parseIpRange(text)).toThrow('no range of addresses');
  },
);
it.each(['224.0.0.1-224.0.0.9', '127.0.0.2-127.0.0.9', '0.0.0.1-0.0.0.9'])('refuses %j for machines', (text) => {
  expect(() => parseIpRange(text)).toThrow('no machine can have');
});
it('refuses ranges that mean a name twice', () => {
  expect(() => checkedHostNames('a{1-11}{1-11}')).toThrow('means a111 twice');
});
it('has as many numbers as asked for', () => {
  fc.assert(
    fc.property(fc.nat(5000), fc.nat(500), (first, more) => {
      const numbers = parseHostRange(`${first}-${first + more}`);
      expect(numbers.length).toBe(more + 1);
      expect(new Set(numbers).size).toBe(more + 1);
    }),
  );
});
it('reads MACs either way round, as cards, switches and ethers(5) have them', () => {
  const text =
    'www1 52-54-00-00-00-01\r\n# comment\n52:54:00:00:00:02 www2.x.org\nwww3 5254.0000.0003\n8:0:20:1:2:3 www4';
  expect([...parseMacFile(text, 'macs')]).toEqual([
    ['www1', '52:54:00:00:00:01'],
    ['www2', '52:54:00:00:00:02'],
    ['www3', '52:54:00:00:00:03'],
    ['www4', '08:00:20:01:02:03'],
  ]);
});
it.each([
  'www1 ff:ff:ff:ff:ff:ff',
  'www1 00:00:00:00:00:00',
  'www1 01:00:5e:00:00:01',
  'www1',
  'www1 www2',
  'www1 52:54:00:00:00:01 x',
  'www1 52:54:00:00:00:01\nwww1 52:54:00:00:00:02',
])('refuses the MAC file %j', (text) => {
  expect(() => parseMacFile(text, 'macs')).toThrow('macs, line');
});
it('changes only its own lines of the hosts file', () => {
  const before = '# mine\n127.0.0.1 localhost\n10.0.0.99 www1.x.org www1 # addclients\n10.0.0.5 other';
  const after = printHosts(mergeHostsLines(parseHosts(before), [www1], '/etc/hosts'));
  expect(after).toBe('# mine\n127.0.0.1 localhost\n10.0.0.11\twww1.x.org www1 # addclients\n10.0.0.5 other');
  expect(printHosts(mergeHostsLines(parseHosts(after), [www1], '/etc/hosts'))).toBe(after);
});
it.each(['10.0.0.11 somebody\n', '10.0.0.77 www1\n'])('refuses to contradict %j', (line) => {
  expect(() => mergeHostsLines(parseHosts(line), [www1], '/etc/hosts')).toThrow('clashes with www1');
});
it('puts new lines behind a last one without an end', () => {
  const after = printHosts(mergeHostsLines(parseHosts('10.0.0.5 other'), [www1], '/etc/hosts'));
  expect(after).toBe('10.0.0.5 other\n10.0.0.11\twww1.x.org www1 # addclients\n');
});
it.each(['10.0.0.11 alias\n10.0.0.11 WWW1\n', '10.0.0.11 www1.other.org\n', '10.0.0.11 www1\n10.9.0.11 www1\n'])(
  'has nothing to add to %j',
  (line) => {
    expect(printHosts(mergeHostsLines(parseHosts(line), [www1], '/etc/hosts'))).toBe(line);
  },
);
it('keeps addresses, domains and places of machines that get another image', () => {
  const www2 = { ...www1, host: 'www2', ip: '10.0.0.12', mac: '52:54:00:00:00:02' };
  const known = [www1, www2];
  const etc = printHosts(mergeHostsLines([], known, '/etc/hosts'));
  expect(mergeKnown(known, [{ host: 'www1', image: 'web_v2' }])).toEqual([{ ...www1, image: 'web_v2' }, www2]);
  const steps = planAddClients([{ host: 'www1', image: 'web_v2' }], {
    ...facts,
    known,
    etcHosts: fileOf(etc),
    served: fileOf(etc, '/s/hosts'),
  });
  expect(steps).toMatchObject([{ kind: 'symlink' }, { kind: 'write', at: { path: '/h.json' } }]);
});
it('keeps mode and owner of /etc/hosts', () => {
  const etcHosts = { ...fileOf('127.0.0.1 localhost\n'), attrs: { mode: 0o640, owner: { uid: 0, gid: 4 } } };
  const steps = planAddClients([www1], { ...facts, etcHosts });
  expect(steps.find((one) => one.kind === 'write')).toMatchObject({ mode: 0o640, owner: { gid: 4 } });
});
it('keeps a MAC that is known, and refuses one twice', () => {
  const { mac: _, ...withoutMac } = www1;
  expect(mergeKnown([www1], [withoutMac])).toEqual([www1]);
  expect(() => mergeKnown([www1], [{ ...www1, host: 'www2', ip: '10.0.0.12' }])).toThrow('same MAC');
  expect(() => mergeKnown([], [www1, { ...www1, host: 'www2', mac: '52:54:00:00:00:02' }])).toThrow('same address');
});
const fileOf = (text: string, path: AbsPath = '/etc/hosts') => {
  return { at: here(path), lines: parseHosts(text), attrs: { mode: 0o644, owner: { uid: 0, gid: 0 } } };
};
const facts: AddFacts = {
  paths: { scripts: '/s', hosts: '/h.json', netboot: '/n.json' },
  etcHosts: fileOf('127.0.0.1 localhost\n'),
  known: [],
  netboot: { version: 1, machines: {} },
  served: { at: here('/s/hosts'), lines: [] },
  scripts: new Map([['www1', { kind: 'absent', at: '/s/www1.sh' }]]),
};
it('links HOST.sh to the master, keeps a backup of /etc/hosts, and copies it for the machines', () => {
  const content = '127.0.0.1 localhost\n10.0.0.11\twww1.x.org www1 # addclients\n';
  expect(planAddClients([www1], facts)).toMatchObject([
    { kind: 'symlink', at: { path: '/s/www1.sh' }, target: 'web_v1.master' },
    { kind: 'write', at: { path: '/etc/hosts' }, content, backup: true },
    { kind: 'mkdir', at: { path: '/s' } },
    { kind: 'write', at: { path: '/s/hosts' }, content },
    { kind: 'write', at: { path: '/h.json' } },
  ]);
});
it('keeps what a machine boots whose card is another, and writes it before the new card is known', () => {
  const [old, mac] = ['52:54:00:00:00:01', '52:54:00:00:00:02'];
  const at = '2026-01-01T00:00:00Z';
  const boots = (machines: Netboot['machines']) => {
    const steps = planAddClients([{ ...www1, mac }], { ...facts, known: [www1], netboot: { version: 1, machines } });
    return steps.flatMap((step) => (step.kind === 'write' ? [step.at.path] : [])).slice(-2);
  };
  expect(boots({ [old]: { boot: 'local', at, why: 'installed web_v1' } })).toEqual(['/n.json', '/h.json']);
  expect(boots({ www1: { boot: 'rescue', at, why: '' }, [old]: { boot: 'local', at, why: '' } })).not.toContain(
    '/n.json',
  );
  expect(boots({ [mac]: { boot: 'local', at, why: '' } })).not.toContain('/n.json');
});
it.each<[string, AddFacts['scripts']]>([
  ['a script of somebody’s own', new Map([['www1', { kind: 'foreign', at: '/s/www1.sh' }]])],
  ['a link that is right', new Map([['www1', { kind: 'ours', at: '/s/www1.sh', target: 'web_v1.master' }]])],
])('leaves %s alone', (_, scripts) => {
  expect(planAddClients([www1], { ...facts, scripts }).some((step) => step.kind === 'symlink')).toBe(false);
});
it.each([
  ['www', '1-2', ['www1', 'www2']],
  ['WWW9-www10', undefined, ['www9', 'www10']],
  ['node08-node10', undefined, ['node08', 'node09', 'node10']],
  ['rack{01-02}n{1-2}', undefined, ['rack01n1', 'rack01n2', 'rack02n1', 'rack02n2']],
  ['mail', undefined, ['mail']],
])('%s %s are %j', (base, range, names) => {
  expect(hostNames(base, range)).toEqual(names);
});
it.each([
  ['a{1-65536}b{1-65536}', undefined, '"a{1-65536}b{1-65536}" means 4294967296 machines'],
  ['a{1-9}{1-9}{1-9}{1-9}{1-9}{1-9}', undefined, 'means 531441 machines'],
  ['a1-a999999', undefined, '"1-999999" means 999999 machines'],
  ['a', '0-65536', '"0-65536" means 65537 machines'],
  [`a${'{1-1}'.repeat(64)}`, undefined, 'a name with 64 ranges is no host name'],
  ['a{1-11}{1-11}', undefined, 'means a111 twice'],
])('%s %s are refused before they are made', (base, range, message) => {
  expect(() => checkedHostNames(base, range)).toThrow(message);
});
it.each([
  ['10.0.0.254-10.0.1.1', undefined, ['10.0.0.254', '10.0.1.1']],
  ['10.0.0.254-10.0.1.1', '255.255.254.0', ['10.0.0.254', '10.0.0.255', '10.0.1.0', '10.0.1.1']],
  ['10.0.0.2-10.0.0.5', '/30', ['10.0.0.2', '10.0.0.5']],
])('%s with the netmask %s are %j', (range, netmask, ips) => {
  expect(parseIpRange(range, netmask)).toEqual(ips);
});
