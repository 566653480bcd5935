import { networkOf, parseIpv4, printIpv4 } from '../../common/model/ipv4.ts';
import { DomainName } from '../../common/model/names.ts';
import { UserError } from '../../common/system/errors.ts';
import type { BootSource } from './boot-clients.ts';
import { address, defaultRange, parseNetwork, parseRange } from './network-words.ts';
import type { Range } from './ranges.ts';

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
  /** The server's network interface, if only machines on this interface are to be answered. */
  interface?: string;
};

/** A subnet as people write it. */
export type SubnetWish = {
  /** 10.0.0.0, or 10.0.0.0/24. */
  network: string;
  netmask?: string;
  /** FIRST-LAST; by default the upper half of the network. */
  range?: string;
  router?: string;
  /** Addresses with commas or blanks between them. */
  dns?: string;
  domain?: string;
  imageServer: string;
  httpPort: number;
  secureBoot?: boolean;
  httpBoot?: BootSource['httpBoot'];
  ipxe?: BootSource['ipxe'];
  leaseSeconds: number;
  interface?: string;
};

/** A network as 10.0.0.0/24. */
export const printNetwork = (one: Pick<Subnet, 'network' | 'prefixLength'>): string =>
  `${one.network}/${one.prefixLength}`;

/** Checks all that was said of a network, and fills in a missing range. */
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
    httpBoot: wish.httpBoot,
    ipxe: wish.ipxe,
    leaseSeconds: wish.leaseSeconds,
    router,
    domain,
    interface: wish.interface,
  };
}
