import { describe, expect, it } from 'vitest';
import { decide } from './decide.ts';
import { completeAddress, groupAddress } from './group-address.ts';

const settings = (values: Record<string, string>) =>
  decide([{ from: 'removable local.cfg', detail: '/dev/fd0', values }]).settings;

describe('groupAddress', () => {
  it.each([
    [{ IPADDR: '10.0.0.5', NETMASK: '255.255.255.0', GATEWAY: '10.0.0.1' }, '10.0.0.5/24 10.0.0.255 10.0.0.1'],
    [{ IPADDR: '10.0.0.5', NETMASK: '24' }, '10.0.0.5/24 10.0.0.255 -'],
    [{ IPADDR: '10.0.0.5', NETWORK: '10.0.0.0', BROADCAST: '10.0.0.127' }, '10.0.0.5/25 10.0.0.127 -'],
    [{ IPADDR: '10.0.0.0', NETMASK: '31', GATEWAY: '10.0.0.1' }, '10.0.0.0/31 10.0.0.1 10.0.0.1'],
    [{ IPADDR: '10.0.0.5', NETMASK: '32', GATEWAY: '10.9.0.1', GATEWAYDEV: 'eth0' }, '10.0.0.5/32 10.0.0.5 10.9.0.1'],
  ])('%j is %s', (values, expected) => {
    const one = groupAddress(settings(values));
    expect(`${one.address}/${one.prefixLength} ${one.broadcast} ${one.gateway ?? '-'}`).toBe(expected);
  });

  it.each([
    [{ IPADDR: '10.0.0.5' }, 'IPADDR=10.0.0.5 comes without NETMASK (removable local.cfg, /dev/fd0)'],
    [{ IPADDR: '10.0.0.5', NETWORK: '10.0.0.0' }, 'comes without NETMASK'],
    [{ IPADDR: '10.0.0.5', NETWORK: '10.0.0.0', BROADCAST: '10.0.0.99' }, 'comes without NETMASK'],
    [
      { IPADDR: '10.0.0.5', NETMASK: '24', NETWORK: '10.0.1.0' },
      'NETWORK=10.0.1.0 does not fit 10.0.0.5/24: right would be 10.0.0.0',
    ],
    [{ IPADDR: '10.0.0.5', NETMASK: '24', BROADCAST: '10.0.255.255' }, 'BROADCAST=10.0.255.255 does not fit'],
    [{ IPADDR: '10.0.0.0', NETMASK: '24' }, 'is the network address'],
    [{ IPADDR: '10.0.0.255', NETMASK: '24' }, 'is the broadcast address'],
    [{ IPADDR: '10.0.0.5', NETMASK: '24', GATEWAY: '10.0.1.1' }, 'GATEWAY=10.0.1.1 is not in the network 10.0.0.0/24'],
    [{ IPADDR: '10.0.0.5', NETMASK: '24', GATEWAY: '10.0.0.5' }, 'is the machine itself'],
  ])('refuses %j', (values, message) => {
    expect(() => groupAddress(settings(values))).toThrow(message);
  });

  it('completes the settings for scripts', () => {
    const complete = completeAddress(settings({ IPADDR: '10.0.0.5', NETMASK: '24' }), 'eth1');
    expect([complete.NETWORK?.value, complete.BROADCAST?.value, complete.DEVICE?.value]).toEqual([
      '10.0.0.0',
      '10.0.0.255',
      'eth1',
    ]);
  });
});
