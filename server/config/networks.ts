import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { UserError } from '../../common/system/errors.ts';

/** One address of a network card, as os.networkInterfaces() tells. */
export type CardAddress = { card: string; address: string; prefixLength: number; mac: string };

/** Who is answered: everybody, or only addresses of these networks in CIDR notation. */
export type Networks = '*' | string[];

/** IPv4 address as a number. */
export function ipv4ToNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** A number below 2^32 as IPv4 address. */
export function numberToIpv4(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

/** The network mask for a prefix length, as 255.255.255.0 for 24. */
export function ipv4Mask(prefixLength: number): string {
  return numberToIpv4(2 ** 32 - 2 ** (32 - prefixLength));
}

/** First and last address of the network that holds `address`, as numbers. */
export function ipv4Bounds(address: string, prefixLength: number): { first: number; last: number } {
  const size = 2 ** (32 - prefixLength);
  const first = Math.floor(ipv4ToNumber(address) / size) * size;
  return { first, last: first + size - 1 };
}

function networkOf({ address, prefixLength }: CardAddress): string {
  if (isIPv4(address)) return `${numberToIpv4(ipv4Bounds(address, prefixLength).first)}/${prefixLength}`;
  return `${address}/${prefixLength}`;
}

/**
 * The networks to answer: those of server.toml; without them the subnets of the machine's own cards (of one card only,
 * where `card` names it), and the machine itself.
 */
export function answeredNetworks(
  wished: readonly string[] | undefined,
  addresses: readonly CardAddress[],
  card?: string,
): Networks {
  if (wished?.includes('*')) return '*';
  const own = addresses.filter((one) => card === undefined || one.card === card).map(networkOf);
  return [...new Set([...(wished ?? own), '127.0.0.0/8', '::1/128'])];
}

/** A test for the addresses of these networks. An IPv4 address that came in over an IPv6 socket counts as IPv4. */
export function networkFilter(networks: Networks): (address: string | undefined) => boolean {
  if (networks === '*') return () => true;
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', length = ''] = network.split('/');
    list.addSubnet(address, Number(length), isIPv6(address) ? 'ipv6' : 'ipv4');
  }
  return (address) => {
    const plain = address?.replace(/^::ffff:/i, '').replace(/%.*$/, '');
    if (plain === undefined) return false;
    if (isIPv4(plain)) return list.check(plain, 'ipv4');
    return isIPv6(plain) && list.check(plain, 'ipv6');
  };
}

/** The IPv4 address of a card; UserError where there is no such card or it has none. */
export function ipv4Of(card: string, addresses: readonly CardAddress[]): CardAddress {
  const found = addresses.find((one) => one.card === card && isIPv4(one.address));
  if (found) return found;
  const names = [...new Set(addresses.map((one) => one.card))].join(', ');
  throw new UserError(
    `the network interface ${card} has no IPv4 address`,
    `Give it one (ip address add …), or name another interface: ${names}.`,
  );
}
