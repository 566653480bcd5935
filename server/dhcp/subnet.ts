import { broadcastOf, isHostAddress, networkOf, parseIpv4, parseNetmask, printIpv4 } from '../../common/model/ipv4.ts';
import { DomainName } from '../../common/model/names.ts';
import { UserError } from '../../common/system/errors.ts';
import { type BootSource, imageServerOption } from './boot-clients.ts';
import { type Range, withoutAddresses } from './ranges.ts';
import { upperHalf } from './upper-half.ts';

/** One network of machines, as a DHCP server is to know it. */
export type Subnet = BootSource & {
  /** Its first address. */
  network: string;
  prefixLength: number;
  range: Range;
  router?: string;
  dns: string[];
  domain?: string;
  leaseSeconds: number;
  /** The server's network interface, where only that one is to be answered. */
  interface?: string;
};

/** The same as people write it. */
export type SubnetWish = {
  /** 10.0.0.0, or 10.0.0.0/24. */
  network: string;
  netmask?: string;
  /** FIRST-LAST; the upper half of the network where nobody says. */
  range?: string;
  router?: string;
  /** Addresses with commas or blanks between them. */
  dns?: string;
  domain?: string;
  imageServer: string;
  httpPort: number;
  secureBoot?: boolean;
  leaseSeconds: number;
  interface?: string;
};

/** A network as 10.0.0.0/24. */
export const printNetwork = (one: Pick<Subnet, 'network' | 'prefixLength'>): string =>
  `${one.network}/${one.prefixLength}`;

/** The address in `text`; UserError that says what it was to be. */
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

function parseRange(text: string, network: number, prefixLength: number): Range {
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

/** The upper half of a network, as far as nobody's address lies in it: the largest piece. */
function defaultRange(network: number, prefixLength: number, taken: readonly string[]): Range {
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

/** Checks all that was said of a network, and fills in the range where it was left out. */
export function checkSubnet(wish: SubnetWish): Subnet {
  const { network, prefixLength } = parseNetwork(wish.network, wish.netmask);
  const words = (wish.dns ?? '').split(/[\s,]+/).filter(Boolean);
  const range =
    wish.range === undefined
      ? defaultRange(network, prefixLength, [wish.imageServer, wish.router ?? '', ...words])
      : parseRange(wish.range, network, prefixLength);
  const rangeText = `${printIpv4(range.first)}-${printIpv4(range.last)}`;
  const fixed = (text: string, what: string) => {
    const value = address(text, what);
    if (value >= range.first && value <= range.last)
      throw new UserError(
        `${text}, ${what}, lies in the range ${rangeText} that is handed out`,
        'A machine would get the same address: choose another range.',
      );
    return printIpv4(value);
  };
  const router = wish.router ? fixed(wish.router, 'the router') : undefined;
  const routerNumber = router === undefined ? undefined : (parseIpv4(router) ?? 0);
  if (routerNumber !== undefined && networkOf(routerNumber, prefixLength) !== network)
    throw new UserError(
      `the router ${router} is not in the network ${printIpv4(network)}/${prefixLength}`,
      'Machines could not reach that router: give the router’s address in this network.',
    );
  const dns = words.map((word) => fixed(word, 'a DNS server'));
  const domain = wish.domain?.toLowerCase() || undefined;
  if (domain !== undefined && !DomainName.safeParse(domain).success)
    throw new UserError(`${JSON.stringify(wish.domain)} is no domain name`, 'As in example.com.');
  if (wish.interface !== undefined && !/^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$/.test(wish.interface))
    throw new UserError(
      `${JSON.stringify(wish.interface)} is no name of a network interface`,
      'ip link lists them; as in eth1.',
    );
  return {
    network: printIpv4(network),
    prefixLength,
    range,
    dns,
    imageServer: fixed(wish.imageServer, 'the image server'),
    httpPort: wish.httpPort,
    secureBoot: wish.secureBoot,
    leaseSeconds: wish.leaseSeconds,
    router,
    domain,
    interface: wish.interface,
  };
}

/** Addresses that a configuration has, and what they are called there. */
export type NamedRange = Range & { name: string };

/** All addresses of a network. */
export function rangeOf(one: { network: string; prefixLength: number }): NamedRange {
  const first = networkOf(parseIpv4(one.network) ?? 0, one.prefixLength);
  return { first, last: broadcastOf(first, one.prefixLength), name: `the network ${printNetwork(one)}` };
}

/** Refuses a network that overlaps one which the configuration has already from somebody else. */
export function refuseOverlap(subnet: Subnet, others: readonly NamedRange[], file: string): void {
  const own = rangeOf(subnet);
  const other = others.find(({ first, last }) => last >= own.first && first <= own.last);
  if (!other) return;
  throw new UserError(
    `${file} has ${other.name} already, which is not from mkdhcpserver`,
    'Remove it there, or write another file by --file, and copy its lines by hand.',
  );
}

/** Refuses a configuration in which somebody else uses the option of the image server. */
export function refuseTakenOption(isTaken: boolean, file: string): void {
  if (!isTaken) return;
  throw new UserError(
    `${file} has option ${imageServerOption} already, by which machines find the image server`,
    'Remove the option there: mkdhcpserver writes the option. For other uses, 225 to 254 are free (RFC 3942).',
  );
}
