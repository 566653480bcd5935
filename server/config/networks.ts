import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { networkOf, parseIpv4, printIpv4 } from '../../common/model/ipv4.ts';
import { UserError } from '../../common/system/errors.ts';

/** One address of a network card. */
export type CardAddress = { card: string; address: string; prefixLength: number; mac: string };

/** Who is answered: everybody, or only addresses of these networks in CIDR notation. */
export type Networks = '*' | string[];

function subnetOf({ address, prefixLength }: CardAddress): string {
  const number = parseIpv4(address);
  return `${number === undefined ? address : printIpv4(networkOf(number, prefixLength))}/${prefixLength}`;
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
  const own = addresses.filter((one) => card === undefined || one.card === card).map(subnetOf);
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
