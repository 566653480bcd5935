import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { networkOf, parseIpv4, printIpv4 } from '../../common/model/ipv4.ts';
import { UserError } from '../../common/system/errors.ts';

/** One address of a network card. */
export type ServerCard = { card: string; address: string; prefixLength: number; mac: string };

/** Who is answered: everybody, or only addresses of these networks in CIDR notation. */
export type Networks = '*' | string[];

function subnetOf({ address, prefixLength }: ServerCard): string {
  const number = parseIpv4(address);
  return `${number === undefined ? address : printIpv4(networkOf(number, prefixLength))}/${prefixLength}`;
}

/**
 * The networks to answer: those of server.toml, by default the subnets of the machine's own cards (only of `card`, if it is
 * given); and always the machine itself.
 */
export function answeredNetworks(
  wished: readonly string[] | undefined,
  addresses: readonly ServerCard[],
  card?: string,
): Networks {
  if (wished?.includes('*')) return '*';
  const own = addresses.filter((one) => card === undefined || one.card === card).map(subnetOf);
  return [...new Set([...(wished ?? own), '127.0.0.0/8', '::1/128'])];
}

/** A socket's address as people write it: ::ffff:IPv4 becomes IPv4, and a link-local address loses its card. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=[\d.]+$)/i, '').replace(/%.*/s, '');
}

/**
 * The source that an address counts for: an IPv4 address itself, or the /64 of an IPv6 address, because a machine may take
 * any address in its /64 (RFC 4862).
 */
export function sourceOf(address: string): string {
  const plain = plainAddress(address);
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.split('::');
  const groups = head.split(':').filter(Boolean);
  const after = tail?.split(':').filter(Boolean) ?? [];
  // An IPv4 address at the end is two groups.
  const missing = 8 - groups.length - after.length - (plain.includes('.') ? 1 : 0);
  const whole = tail === undefined ? groups : [...groups, ...Array<string>(missing).fill('0'), ...after];
  return `${whole
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
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
    const plain = plainAddress(address ?? '');
    if (isIPv4(plain)) return list.check(plain, 'ipv4');
    return isIPv6(plain) && list.check(plain, 'ipv6');
  };
}

/** The IPv4 address of a card; UserError if there is no such card, or the card has no IPv4 address. */
export function ipv4Of(card: string, addresses: readonly ServerCard[]): ServerCard {
  const found = addresses.find((one) => one.card === card && isIPv4(one.address));
  if (found) return found;
  const names = [...new Set(addresses.map((one) => one.card))].join(', ');
  throw new UserError(
    `the network interface ${card} has no IPv4 address`,
    `Give it one (ip address add …), or name another interface: ${names}.`,
  );
}
