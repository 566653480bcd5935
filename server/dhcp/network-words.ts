import {
  broadcastOf,
  type Ipv4,
  isHostAddress,
  networkOf,
  parseIpv4,
  parseNetmask,
  printIpv4,
} from '../../common/model/ipv4.ts';
import { UserError } from '../../common/system/errors.ts';
import { type Range, withoutAddresses } from './ranges.ts';

/** The address in `text`; UserError says for what the address was meant. */
export function address(text: string, what: string): number {
  const value = parseIpv4(text.trim());
  if (value !== undefined && isHostAddress(value)) return value;
  throw new UserError(
    `${JSON.stringify(text)} is no address for ${what}`,
    'Give four numbers with dots, as 10.0.0.1, without leading zeros.',
  );
}

/** A network from 10.0.0.0/24, or from its address and a netmask. */
export function parseNetwork(text: string, netmask?: string): { network: number; prefixLength: number } {
  const [ip = '', length, ...more] = text.trim().split('/');
  const mask = length ?? netmask;
  if (mask === undefined || more.length > 0)
    throw new UserError(
      `${JSON.stringify(text)} is no network with its netmask`,
      'Give the network as 10.0.0.0/24, or say --netmask 255.255.255.0 too.',
    );
  const prefixLength = parseNetmask(mask);
  if (prefixLength === undefined || prefixLength < 8 || prefixLength > 30)
    throw new UserError(
      `${JSON.stringify(mask)} is no netmask with room for machines`,
      'As in 255.255.255.0 or /24; from /8 to /30.',
    );
  if (length !== undefined && netmask !== undefined && parseNetmask(netmask) !== prefixLength)
    throw new UserError(`${text} and the netmask ${netmask} differ`, 'Say it once.');
  const given = address(ip, 'a network');
  const network = networkOf(given, prefixLength);
  if (network !== given)
    throw new UserError(
      `${ip} is no network of the netmask ${mask}`,
      `That address is in the network ${printIpv4(network)}/${prefixLength}`,
    );
  return { network, prefixLength };
}

/** The addresses FIRST-LAST of a network. */
export function parseRange(text: string, network: number, prefixLength: number): Range {
  const [from = '', to = '', ...more] = text.split('-').map((word) => word.trim());
  const [first, last] = [parseIpv4(from), parseIpv4(to)];
  if (first === undefined || last === undefined || more.length > 0)
    throw new UserError(
      `${JSON.stringify(text)} is no range of addresses`,
      'Give FIRST-LAST, as 10.0.0.100-10.0.0.199.',
    );
  const broadcast = broadcastOf(network, prefixLength);
  if (first > last) throw new UserError(`the range ${text} runs backwards`, `Turn it round: ${to}-${from}`);
  if (first <= network || last >= broadcast)
    throw new UserError(
      `the range ${text} does not lie in the network ${printIpv4(network)}/${prefixLength}`,
      `Machines there have ${printIpv4(network + 1)} to ${printIpv4(broadcast - 1)}.`,
    );
  return { first, last };
}

/** The upper half of a network, which is handed out by default; undefined if the network is too small. */
export function upperHalf(network: Ipv4, prefixLength: number): { first: string; last: string } | undefined {
  const broadcast = broadcastOf(network, prefixLength);
  const size = broadcast - network + 1;
  return size < 8 ? undefined : { first: printIpv4(network + size / 2), last: printIpv4(broadcast - 1) };
}

/** The largest piece of a network's upper half without a taken address. */
export function defaultRange(network: number, prefixLength: number, taken: readonly string[]): Range {
  const half = upperHalf(network, prefixLength);
  const ends = half && { first: parseIpv4(half.first) ?? 0, last: parseIpv4(half.last) ?? 0 };
  const pieces = ends ? withoutAddresses([ends], taken) : [];
  const [largest] = pieces.toSorted((a, b) => b.last - b.first - (a.last - a.first));
  if (largest) return largest;
  throw new UserError(
    `${printIpv4(network)}/${prefixLength} is too small to choose a range in`,
    'Say --range FIRST-LAST.',
  );
}
