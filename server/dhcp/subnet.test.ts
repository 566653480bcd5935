import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { printIpv4 } from '../../common/model/ipv4.ts';
import { withoutAddresses } from './ranges.ts';
import { checkSubnet, type SubnetWish } from './subnet.ts';

const wish: SubnetWish = { network: '10.0.0.0/24', imageServer: '10.0.0.1', httpPort: 8181, leaseSeconds: 600 };
const rangeOf = (more: Partial<SubnetWish>) => {
  const { first, last } = checkSubnet({ ...wish, ...more }).range;
  return `${printIpv4(first)}-${printIpv4(last)}`;
};

it.each<[Partial<SubnetWish>, string]>([
  [{}, '10.0.0.128-10.0.0.254'],
  [{ router: '10.0.0.254' }, '10.0.0.128-10.0.0.253'],
  [{ imageServer: '10.0.0.130', dns: '10.0.0.200 10.0.0.253' }, '10.0.0.131-10.0.0.199'],
  [{ network: '10.0.0.0', netmask: '255.255.254.0' }, '10.0.1.0-10.0.1.254'],
  [{ range: '10.0.0.5 - 10.0.0.5' }, '10.0.0.5-10.0.0.5'],
])('with %j it hands out %s', (more, range) => {
  expect(rangeOf(more)).toBe(range);
});

it.each<[Partial<SubnetWish>, string]>([
  [{ network: '10.0.0.5/24' }, '10.0.0.5 is no network of the netmask 24'],
  [{ network: '10.0.0.0' }, 'is no network with its netmask'],
  [{ network: '10.0.0.0', netmask: '255.0.255.0' }, '"255.0.255.0" is no netmask'],
  [{ network: '10.0.0.0/24', netmask: '255.255.0.0' }, 'differ'],
  [{ network: '10.0.0.0/31' }, 'is no netmask with room'],
  [{ network: '10.0.0.256/24' }, 'is no address for a network'],
  [{ network: 'eth0' }, 'is no network'],
  [{ network: '10.0.0.0/30' }, 'too small to choose a range'],
  [{ range: '10.0.0.9' }, 'is no range of addresses'],
  [{ range: '10.0.0.9-10.0.0.2' }, 'runs backwards'],
  [{ range: '10.0.0.9-10.0.1.9' }, 'does not lie in the network 10.0.0.0/24'],
  [{ range: '10.0.0.9-10.0.0.255' }, 'does not lie in the network'],
  [{ range: '10.0.0.1-10.0.0.9' }, '10.0.0.1, the image server, lies in the range'],
  [{ range: '10.0.0.2-10.0.0.9', router: '10.0.0.2' }, '10.0.0.2, the router, lies in the range'],
  [{ range: '10.0.0.2-10.0.0.9', dns: '9.9.9.9,10.0.0.9' }, '10.0.0.9, a DNS server, lies in the range'],
  [{ router: '10.0.1.1' }, 'is not in the network'],
  [{ router: '010.0.0.1' }, 'is no address for the router'],
  [{ dns: 'ns1.example.org' }, 'is no address for a DNS server'],
  [{ domain: 'a b' }, 'is no domain name'],
  [{ domain: 'x";}' }, 'is no domain name'],
  [{ imageServer: '224.0.0.1' }, 'is no address for the image server'],
  [{ interface: "eth0'" }, 'is no name of a network interface'],
])('refuses %j: %s', (more, words) => {
  expect(() => checkSubnet({ ...wish, ...more })).toThrow(words);
});

it('takes addresses out of ranges, and nothing else', () => {
  const address = fc.integer({ min: 0, max: 60 });
  fc.assert(
    fc.property(address, address, fc.array(address), (one, other, taken) => {
      const range = { first: Math.min(one, other), last: Math.max(one, other) };
      const texts = taken.map(printIpv4);
      const left = withoutAddresses([range], texts).flatMap(({ first, last }) =>
        Array.from({ length: last - first + 1 }, (_, at) => first + at),
      );
      const all = Array.from({ length: range.last - range.first + 1 }, (_, at) => range.first + at);
      expect(left).toEqual(all.filter((value) => !taken.includes(value)));
    }),
  );
  expect(withoutAddresses([{ first: 1, last: 2 }], ['www1.example.org'])).toEqual([{ first: 1, last: 2 }]);
});
