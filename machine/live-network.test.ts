import { expect, it } from 'vitest';
import { ipAddress, ipBond, ipRoute, ipRouteGet } from '../test/helpers/ip-json.ts';
import { recorderIo } from '../test/helpers/recorder-io.ts';
import { probeLiveNetwork, readLinks, readRoutes, readWay } from './live-network.ts';

it('reads cards with all their addresses', () => {
  const links = readLinks([{}, ...(JSON.parse(ipAddress) as unknown[])]);
  expect(links.map(({ name, kind, master }) => [name, kind, master])).toEqual([
    ['lo', 'loopback', undefined],
    ['eth0', 'veth', undefined],
    ['eth1', 'veth', 'br0'],
    ['eth2', 'veth', undefined],
    ['br0', 'bridge', undefined],
  ]);
  expect(links[1]).toMatchObject({ mac: '52:54:00:12:34:56', permanent: '52:54:00:12:34:56', isUp: true });
  expect(links[1]?.addresses).toEqual([
    { family: 'inet', local: '10.0.0.11', prefixLength: 24, isSecondary: false },
    { family: 'inet', local: '10.0.0.12', prefixLength: 24, isSecondary: true },
    { family: 'inet6', local: '2001:db8::11', prefixLength: 64, isSecondary: false },
  ]);
});

it('knows the own address of a card in a bond, and the bond’s options', () => {
  const links = readLinks(JSON.parse(ipBond('802.3ad')));
  expect(links.map(({ name, mac, permanent }) => [name, mac, permanent])).toEqual([
    ['eth0', '52:54:00:00:00:01', '52:54:00:00:00:01'],
    ['eth1', '52:54:00:00:00:01', '52:54:00:00:00:02'],
    ['bond0', '52:54:00:00:00:01', '52:54:00:00:00:01'],
    ['bond0.7', '52:54:00:00:00:01', '52:54:00:00:00:01'],
  ]);
  expect(links[2]?.options).toEqual({ mode: '802.3ad', active: 'eth1', id: undefined });
  expect(links[3]).toMatchObject({ kind: 'vlan', lower: 'bond0', options: { id: 7 } });
});

it('reads routes; of several next hops the first counts, and a black hole leads nowhere', () => {
  expect(
    readRoutes(JSON.parse(ipRoute)).map((one) => `${one.network}/${one.prefixLength} ${one.via} ${one.card}`),
  ).toEqual([
    '0.0.0.0/0 10.0.0.1 eth0',
    '0.0.0.0/0 172.31.1.1 eth2',
    '10.0.0.0/24 undefined eth0',
    '10.7.0.0/16 10.0.0.250 eth0',
    '10.8.0.0/16 undefined eth0',
    '10.9.0.0/16 10.0.0.254 eth0',
    '172.16.0.0/12 10.0.0.253 eth0',
    '172.31.1.1/32 undefined eth2',
    '192.168.7.0/24 undefined br0',
  ]);
});

it('reads how the kernel reaches an address', () => {
  expect(readWay(JSON.parse(ipRouteGet['10.9.0.5']))).toEqual({ card: 'eth0', from: '10.0.0.11', isOwn: false });
  expect(readWay(JSON.parse(ipRouteGet['10.0.0.11']))?.isOwn).toBe(true);
});

it('says that ip(8) of busybox is not enough', async () => {
  const { io } = recorderIo({ answer: () => ({ code: 1, stderr: 'ip: unrecognized option: json' }) });
  await expect(probeLiveNetwork(io)).rejects.toThrow('does not tell the network of this machine as JSON');
});
