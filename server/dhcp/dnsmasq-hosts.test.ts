import { expect, it } from 'vitest';
import { wholeText } from './dnsmasq-files.ts';
import { dnsmasqAddresses, dnsmasqHosts } from './dnsmasq-hosts.ts';
import { dnsmasq } from './dnsmasq.ts';
import { checkSubnet } from './subnet.ts';

it.each([
  ['id:01:11:22:33:44:55:66,10.0.0.50,printer', ['client-id 01:11:22:33:44:55:66'], '10.0.0.50', 'printer'],
  ['id:ab,10.0.0.50', ['client-id 61:62'], '10.0.0.50', undefined],
  ['id:*,set:x,10.0.0.51', ['line dhcp-host=id:*,set:x,10.0.0.51'], '10.0.0.51', undefined],
  ['lap,10.0.0.52', ['name lap'], '10.0.0.52', 'lap'],
  ['10.0.0.52,lap,1h', ['name lap'], '10.0.0.52', 'lap'],
  ['52:54:00:*:*:53,10.0.0.53', ['MAC 52:54:00:*:*:53'], '10.0.0.53', undefined],
  ['06-52:54:00:00:00:61,10.0.0.60', ['hardware 06-52:54:00:00:00:61'], '10.0.0.60', undefined],
  [
    '52:54:0:0:0:61,52:54:00:00:00:62,10.0.0.60,laptop,infinite',
    ['MAC 52:54:00:00:00:61', 'MAC 52:54:00:00:00:62'],
    '10.0.0.60',
    'laptop',
  ],
  ['01-52:54:00:00:00:61,10.0.0.60', ['MAC 52:54:00:00:00:61'], '10.0.0.60', undefined],
  ['52-54-00-00-00-61,10.0.0.60', ['name 52-54-00-00-00-61'], '10.0.0.60', '52-54-00-00-00-61'],
  ['id:a#b,set:rack#3,10.0.0.60', ['client-id 61:23:62'], '10.0.0.60', undefined],
  ['52:54:00:00:00:61,ignore', ['MAC 52:54:00:00:00:61'], '', undefined],
  ['52:54:00:00:00:61,set:a,tag:b,[fd00::1],45m', ['MAC 52:54:00:00:00:61'], '', undefined],
])('reads dhcp-host=%s', (value, by, address, name) => {
  const [host] = dnsmasqHosts(` dhcp-host = ${value} # mine\n`);
  expect(host?.by.map((one) => `${one.kind} ${one.value}`)).toEqual(by);
  expect([host?.address, host?.name]).toEqual([address, name]);
});
it('finds addresses of names in host-record lines, also without the domain', () => {
  const of = dnsmasqAddresses('host-record=lap.example.org,lap2,10.0.0.5,fd00::1\n');
  const found = ['10.0.0.5'];
  expect(['lap', 'LAP.example.org', 'lap2', 'la'].map(of)).toEqual([found, found, found, []]);
});
it('has dnsmasq check all that it will read, and its files only once', () => {
  const other = { file: '/etc/dnsmasq.conf', text: 'conf-dir=/etc/dnsmasq.d\ndhcp-host=lap,10.0.0.5' };
  const list = { file: '/etc/hosts', text: 'host-record=lap,10.0.0.5', isTranslated: true };
  expect(wholeText({ text: 'ours\n', file: 'x', others: [other, list] })).toBe('\ndhcp-host=lap,10.0.0.5\nours\n');
});

it('reads a lease of InfiniBand, which says no MAC', () => {
  expect(dnsmasq.parseLeases('0 20- 10.0.0.103 * ff:00:00:00:00\n', 'leases')).toEqual([{ ip: '10.0.0.103' }]);
});

const subnet = checkSubnet({ network: '10.0.1.0/24', imageServer: '10.0.1.1', httpPort: 8181, leaseSeconds: 600 });
it.each([
  '10.0.0.250,10.0.1.20',
  '10.0.0.250,10.0.1.20,12h',
  'set:a,tag:b,10.0.0.1,10.0.9.9,255.255.0.0,1h',
  '10.0.0.0,static,255.255.254.0',
  '10.0.1.7,static',
  '10.0.1.0,proxy',
  'interface:eth1,10.0.1.20,10.0.1.30',
])('refuses a network that the foreign dhcp-range=%s reaches into', async (range) => {
  const before = { text: `dhcp-range=${range}\n`, file: 'x' };
  await expect(dnsmasq.withSubnet(before, subnet)).rejects.toThrow('x has a range at 10.0.');
});
it.each([
  '10.0.0.20,10.0.0.30',
  '10.0.0.0,static,255.255.255.0',
  '10.0.2.0,10.0.2.9',
  'fd00::, ra-only',
  '::1,constructor:eth0',
])('takes a network beside the foreign dhcp-range=%s', async (range) => {
  await expect(dnsmasq.withSubnet({ text: `dhcp-range=${range}\n`, file: 'x' }, subnet)).resolves.toContain('10.0.1.');
});
