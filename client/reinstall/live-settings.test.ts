import { describe, expect, it } from 'vitest';
import { ipAddress, ipBond, ipRoute, ipRouteGet } from '../../test/helpers/ip-json.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { readLinks, readRoutes } from '../../machine/live-network.ts';
import { parseLocalCfg, printLocalCfg } from '../../common/model/local-cfg.ts';
import { chooseCard } from './choose-card.ts';
import { addressSettings, nameServers, nameSettings } from './live-settings.ts';
import { probeSettings, type SettingsWish } from './probe-settings.ts';

const links = readLinks(JSON.parse(ipAddress));
const routes = readRoutes(JSON.parse(ipRoute));
const values = (card: string, from?: string) => addressSettings(chooseCard(links, card), routes, from).values;

describe('the settings of a card', () => {
  it('are its address, mask, router and further routes; routes of routing daemons stay out', () => {
    expect(values('eth0')).toEqual({
      DEVICE: '52:54:00:12:34:56',
      IPADDR: '10.0.0.11',
      NETMASK: '255.255.255.0',
      GATEWAY: '10.0.0.1',
      ROUTES: '10.7.0.0/16 via 10.0.0.250, 10.8.0.0/16, 10.9.0.0/16 via 10.0.0.254',
    });
  });
  it('take the address from which the machine speaks to the image server', () => {
    expect(values('eth0', '10.0.0.12').IPADDR).toBe('10.0.0.12');
  });
  it('name the card of a router outside of the network', () => {
    expect(values('eth2')).toEqual({
      DEVICE: '72:7b:50:0e:17:f1',
      IPADDR: '203.0.113.7',
      NETMASK: '255.255.255.255',
      GATEWAY: '172.31.1.1',
      GATEWAYDEV: '72:7b:50:0e:17:f1',
    });
  });
  it('of a bridge name its one card', () => {
    expect(values('br0')).toEqual({ DEVICE: '66:7f:7f:67:31:05', IPADDR: '192.168.7.5', NETMASK: '255.255.255.0' });
  });
  it('of a bond that the switch need not know name the active card by its own address', () => {
    const bond = readLinks(JSON.parse(ipBond('active-backup')));
    const found = addressSettings(chooseCard(bond, 'bond0'), [], undefined);
    expect(found.values).toEqual({ DEVICE: '52:54:00:00:00:02', IPADDR: '10.0.0.11', NETMASK: '255.255.255.0' });
    expect(found.notes).toEqual(['bond0 is a bond (active-backup): the installer uses its card eth1 alone']);
  });
  it.each([
    ['802.3ad', 'bond0', 'bond0 is a bond in the mode 802.3ad'],
    ['active-backup', 'bond0.7', 'bond0.7 is VLAN 7 on bond0'],
    ['active-backup', 'eth1', 'eth1 is part of bond0'],
    ['active-backup', 'eth9', 'this machine has no network card eth9'],
  ])('are refused: %s %s', (mode, card, words) => {
    expect(() => chooseCard(readLinks(JSON.parse(ipBond(mode))), card)).toThrow(words);
  });
  it('are refused for other cards of software, and without IPv4', () => {
    const wireguard = [{ ifname: 'wg0', flags: ['UP'], linkinfo: { info_kind: 'wireguard' } }];
    expect(() => chooseCard(readLinks(wireguard), 'wg0')).toThrow('wg0 is no card of hardware (wireguard)');
    const six = [
      {
        ifname: 'eth0',
        address: '52:54:00:00:00:01',
        addr_info: [{ family: 'inet6', local: '2001:db8::1', prefixlen: 64, scope: 'global' }],
      },
    ];
    expect(() => addressSettings(chooseCard(readLinks(six), 'eth0'), [], undefined)).toThrow(
      'eth0 has no IPv4 address (only 2001:db8::1)',
    );
  });
});

describe('the name', () => {
  it.each([
    [{ hostname: 'web1.example.com', hosts: '', resolvConf: 'search other.org' }, 'web1', 'example.com'],
    [
      { hostname: 'web1', hosts: '127.0.0.1 localhost\n127.0.1.1 web1.example.com web1\n', resolvConf: '' },
      'web1',
      'example.com',
    ],
    [
      { hostname: 'web1', hosts: '10.0.0.11 www.example.org web1.example.com\n', resolvConf: 'search x.org' },
      'web1',
      'example.com',
    ],
    [{ hostname: 'Web1', hosts: '', resolvConf: 'search example.com other.org\n' }, 'web1', 'example.com'],
    [{ hostname: 'web1', hosts: '127.0.0.1 localhost.localdomain\n', resolvConf: '' }, 'web1', undefined],
  ])('of %j', (facts, HOSTNAME, DOMAINNAME) => {
    const { values: found } = nameSettings(facts, '10.0.0.11');
    expect([found.HOSTNAME, found.DOMAINNAME]).toEqual([HOSTNAME, DOMAINNAME]);
  });
  it.each(['localhost', 'localhost.localdomain', '', '(none)'])('is none: %s', (hostname) => {
    expect(nameSettings({ hostname, hosts: '', resolvConf: '' }, undefined).values).toEqual({});
  });
});

it('takes the name servers behind a stub', () => {
  const stub = 'nameserver 127.0.0.53\noptions edns0\n';
  expect(nameServers([stub, 'nameserver 10.0.0.1\nnameserver fe80::1\nnameserver 10.0.0.1\n'])).toEqual(['10.0.0.1']);
  expect(nameServers([stub])).toEqual([]);
});

describe('the running machine', () => {
  const { io } = recorderIo({
    files: {
      '/proc/sys/kernel/hostname': 'web1\n',
      '/etc/hosts': '127.0.1.1 web1.example.com web1\n',
      '/etc/resolv.conf': 'nameserver 10.0.0.1\nnameserver 10.0.0.3\n',
    },
    answer({ argv }) {
      if (argv[0] === 'getent')
        return { stdout: argv.includes('images') ? '10.9.0.5       STREAM images\n' : '', code: 0 };
      if (argv[3] === 'address') return { stdout: ipAddress };
      if (argv[2] === '-4') return { stdout: ipRoute };
      const way = ipRouteGet[(argv[4] ?? '') as keyof typeof ipRouteGet];
      return way === undefined ? { code: 2 } : { stdout: way };
    },
  });
  const wish: SettingsWish = { server: 'images', httpPort: 8181, rsyncPort: 8873, card: 'eth0', image: 'web_v2' };

  it('becomes a local.cfg that BOEL reads', async () => {
    const { values: found } = await probeSettings(io, wish);
    const text = printLocalCfg(found);
    expect(text).toBe(`HOSTNAME=web1
DOMAINNAME=example.com
DEVICE=52:54:00:12:34:56
IPADDR=10.0.0.11
NETMASK=255.255.255.0
GATEWAY=10.0.0.1
IMAGESERVER=10.9.0.5
ROUTES='10.7.0.0/16 via 10.0.0.250, 10.8.0.0/16, 10.9.0.0/16 via 10.0.0.254'
IMAGENAME=web_v2
DNSSERVERS='10.0.0.1 10.0.0.3'
RSYNCPORT=8873
`);
    expect(parseLocalCfg(text, 'local.cfg')).toEqual({ values: found, warnings: [] });
  });
  it('finds the card that leads to the image server by itself, and asks DHCP if no card is named', async () => {
    expect((await probeSettings(io, { ...wish, card: true })).values.IPADDR).toBe('10.0.0.11');
    const { values: dhcp } = await probeSettings(io, { ...wish, card: undefined });
    expect([dhcp.IPADDR, dhcp.DEVICE, dhcp.HOSTNAME]).toEqual([undefined, '52:54:00:12:34:56', 'web1']);
  });
  it.each([
    [{ server: '10.0.0.11' }, 'the image server 10.0.0.11 is this machine itself'],
    [{ server: '2001:db8::2' }, 'the installer speaks IPv4 only'],
    [{ server: 'nowhere' }, 'the name "nowhere" has no IPv4 address here'],
    [{ server: '8.8.8.8', card: true as const }, 'this machine has no route to the image server 8.8.8.8'],
    [{ card: 'br0' }, 'no route of the card with 192.168.7.5 leads to the image server 10.9.0.5'],
  ])('is refused: %j', async (more, words) => {
    await expect(probeSettings(io, { ...wish, ...more })).rejects.toThrow(words);
  });
});
