import { expect, it } from 'vitest';
import { parseLocalCfg } from '../../common/model/local-cfg.ts';
import { type MachineCfg, machineCfg } from './machine-cfg.ts';

const mac = '52:54:00:00:00:01';
const facts: MachineCfg = {
  mac,
  action: 'install',
  host: { host: 'www1', domain: 'x.org', mac, ip: '10.0.0.11' },
  reached: { address: '192.168.7.1', httpPort: 8181, rsyncPort: 873 },
  cards: [
    { card: 'eth0', address: '192.168.7.1', prefixLength: 24, mac: '' },
    { card: 'eth1', address: '10.0.0.1', prefixLength: 24, mac: '' },
  ],
  dhcp: { router: '10.0.0.254', dns: ['10.0.0.2', '10.0.0.3'] },
};
const values = (more: Partial<MachineCfg> = {}) => {
  const { values: read, warnings } = parseLocalCfg(machineCfg({ ...facts, ...more }), 'local.cfg');
  expect(warnings).toEqual([]);
  return read;
};

it('gives a machine with an address all that it needs without DHCP, and the address of the server in its network', () => {
  expect(values()).toEqual({
    HOSTNAME: 'www1',
    DOMAINNAME: 'x.org',
    IPADDR: '10.0.0.11',
    NETMASK: '255.255.255.0',
    GATEWAY: '10.0.0.254',
    IMAGESERVER: '10.0.0.1',
    DNSSERVERS: '10.0.0.2 10.0.0.3',
  });
});
it.each<[string, Partial<MachineCfg>, object]>([
  [
    'an address in a network where the server is not',
    { host: { host: 'www1', ip: '10.9.0.11' } },
    { HOSTNAME: 'www1' },
  ],
  ['no address', { host: { host: 'www1' } }, { HOSTNAME: 'www1' }],
  ['no name', { host: undefined }, {}],
])('leaves the address to DHCP where a machine has %s', (_, more, left) => {
  expect(values(more)).toEqual({ ...left, IMAGESERVER: '192.168.7.1' });
});
it('leaves out a router of another network', () => {
  expect(values({ dhcp: { router: '10.9.0.254', dns: [] } })).not.toHaveProperty('GATEWAY');
});
it('opens a shell for a rescue, and names other ports', () => {
  const reached = { address: 'images.x.org', httpPort: 80, rsyncPort: 8730 };
  expect(values({ action: 'rescue', host: undefined, reached })).toEqual({
    IMAGESERVER: 'images.x.org',
    HTTPPORT: '80',
    RSYNCPORT: '8730',
    ACTION: 'shell',
  });
});
