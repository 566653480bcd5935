import { expect, it } from 'vitest';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { kindNamed } from './choose-kind.ts';
import { readConfiguration } from './read-configuration.ts';
import { checkSubnet } from './subnet.ts';

const subnet = checkSubnet({ network: '10.0.0.0/24', imageServer: '10.0.0.1', httpPort: 8181, leaseSeconds: 600 });
const read = async (kind: string, files: Record<string, string>) =>
  readConfiguration({ io: recorderIo({ files }).io, root: '/' }, kindNamed(kind));

it('reads what dhcpd.conf includes, also in braces, from one to the next, and by a relative name', async () => {
  const isc = kindNamed('isc');
  const found = await read('isc', {
    '/etc/dhcp/dhcpd.conf': 'group { include "/etc/dhcp/hosts"; }\ninclude "/etc/dhcp/gone";\n',
    '/etc/dhcp/hosts': 'include "/etc/dhcp/dhcpd.conf"; include "etc/dhcp/net";',
    '/etc/dhcp/net':
      'subnet 10.0.0.0 netmask 255.255.255.128 { host a { hardware ethernet 52:54:00:00:00:01; fixed-address 10.0.0.5, 10.0.0.6; } }',
  });
  expect(found.others?.map((one) => one.file)).toEqual(['/etc/dhcp/hosts', '/etc/dhcp/net']);
  await expect(isc.withSubnet(found, subnet)).rejects.toThrow('/etc/dhcp/net has the network 10.0.0.0/25 already');
  expect(isc.reserved(found).map((one) => one.address)).toEqual(['10.0.0.5', '10.0.0.6']);
  expect(isc.serves(found)('10.0.0.9')).toBe(true);
});
it('reads what the system’s dnsmasq reads beside our file, and what that names', async () => {
  const dnsmasq = kindNamed('dnsmasq');
  const found = await read('dnsmasq', {
    '/etc/dnsmasq.conf': 'conf-dir=/etc/more/,*.conf\ndhcp-hostsfile=/etc/machines\n',
    '/etc/dnsmasq.d/systemimager.conf': '',
    '/etc/dnsmasq.d/x.dpkg-old': 'dhcp-range=10.0.0.5,10.0.0.9',
    '/etc/more/a.conf': 'dhcp-option=224,"x"\n',
    '/etc/more/b': 'dhcp-range=10.0.0.5,10.0.0.9',
    '/etc/machines': '# ours\n52:54:00:00:00:01,10.0.0.5,a\n',
  });
  expect(found.others?.map((one) => one.file)).toEqual(['/etc/dnsmasq.conf', '/etc/more/a.conf', '/etc/machines']);
  expect(dnsmasq.reserved(found)).toEqual([
    { by: { kind: 'MAC', value: '52:54:00:00:00:01' }, address: '10.0.0.5', name: 'a', isOurs: false },
  ]);
  await expect(dnsmasq.withSubnet(found, subnet)).rejects.toThrow('/etc/more/a.conf has option 224 already');
});
it('reads the lists of dnsmasq, and takes an address that is reserved in any of them', async () => {
  const dnsmasq = kindNamed('dnsmasq');
  const found = await read('dnsmasq', {
    '/etc/dnsmasq.conf':
      'conf-file=etc/rel\naddn-hosts=/etc/more\nread-ethers\ndhcp-hostsdir=/etc/machines\ndhcp-host=52:54:00:00:00:01,lap\n',
    '/etc/rel': 'dhcp-host=id:01:02,10.0.0.2',
    '/etc/hosts': '10.0.0.1 lap.example.org lap # mine\n',
    '/etc/more': '10.0.0.3 x\n',
    '/etc/ethers': '52:54:0:0:0:4 10.0.0.4\n52:54:0:0:0:3 x\n',
    '/etc/machines/a': 'id:*,10.0.0.5\n',
  });
  expect(found.isRead).toBe(true);
  expect(dnsmasq.reserved(found).map((one) => one.address)).toEqual(
    expect.arrayContaining(['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5']),
  );
  expect(dnsmasq.checked(found)).not.toMatch(/conf-file|10\.0\.0\.[45]/);
});
it('takes what the system’s dnsmasq reads with a file in any folder of its own, and nothing else', async () => {
  const io = recorderIo({
    files: { '/etc/dnsmasq.conf': 'conf-dir=/etc/more,*.conf\n', '/etc/more/a.conf': 'dhcp-host=lap,10.0.0.5\n' },
  }).io;
  const others = async (file: string) =>
    (await readConfiguration({ io, root: '/' }, kindNamed('dnsmasq'), file)).others?.map((one) => one.file);
  expect(await others('/etc/more/ours.conf')).toEqual(['/etc/dnsmasq.conf', '/etc/more/a.conf']);
  expect(await others('/etc/more/ours.txt')).toEqual([]);
});
