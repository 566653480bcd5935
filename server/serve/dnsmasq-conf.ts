import { UserError } from '../../common/system/errors.ts';
import { under } from '../../common/system/place.ts';
import { type CardAddress, ipv4Bounds, ipv4Mask, ipv4ToNumber, numberToIpv4 } from '../config/networks.ts';
import type { ServerPaths } from '../config/paths.ts';
import type { ServerConfig } from '../config/server-toml.ts';
import type { KnownHost } from '../hosts/hosts-json.ts';
import { renderNamed } from '../templates.ts';

/** `server` hands out addresses; `proxy` adds the boot file to the answers of a DHCP server that is there already. */
export type DhcpMode = 'server' | 'proxy';

/** Client system architecture types (option 93) that get a boot file: RFC 4578 section 2.1; 7 and 9 are both in use for x64. */
const architectures = [
  { tag: 'bios', number: 0 },
  { tag: 'efi64', number: 7 },
  { tag: 'efi64', number: 9 },
];

/** First and last address to hand out: as in server.toml, else the upper half of the card's subnet. */
export function dhcpRange(card: CardAddress, wished: [string, string] | undefined): { first: string; last: string } {
  const bounds = ipv4Bounds(card.address, card.prefixLength);
  const size = bounds.last - bounds.first + 1;
  if (wished === undefined) {
    if (size < 8)
      throw new UserError(
        `the subnet of ${card.card} (${card.address}/${card.prefixLength}) has no room for a DHCP range`,
        'Set range under [dhcp] in server.toml.',
      );
    return { first: numberToIpv4(bounds.first + size / 2), last: numberToIpv4(bounds.last - 1) };
  }
  const [first, last] = wished;
  const isInside = (address: string) => {
    const value = ipv4ToNumber(address);
    return value > bounds.first && value < bounds.last;
  };
  if (!isInside(first) || !isInside(last) || ipv4ToNumber(first) > ipv4ToNumber(last))
    throw new UserError(
      `the DHCP range ${first} to ${last} does not lie in the subnet of ${card.card} (${card.address}/${card.prefixLength})`,
      'Correct range under [dhcp] in server.toml, or name another interface.',
    );
  return { first, last };
}

/** The file for dnsmasq's dhcp-hostsfile: a line for each machine with a MAC. */
export function dhcpHosts(machines: readonly KnownHost[]): string {
  return machines
    .filter((one) => one.mac !== undefined)
    .map(({ mac, ip, host }) => `${[mac, ip, host].filter(Boolean).join(',')}\n`)
    .join('');
}

/** The text of dnsmasq.conf. */
export function dnsmasqConf(options: {
  mode: DhcpMode;
  card: CardAddress;
  paths: ServerPaths;
  config: ServerConfig;
  httpPort: number;
  /** Whom dnsmasq becomes once its ports are open. */
  user: string;
}): Promise<string> {
  const { mode, card, paths, config, httpPort, user } = options;
  const mask = ipv4Mask(card.prefixLength);
  const { dhcp } = config;
  const server = () => ({
    ...dhcpRange(card, dhcp.range),
    leaseFile: paths.leases,
    hostsFile: under(paths.run, 'dhcp-hosts'),
    leaseSeconds: dhcp.lease_seconds,
    router: dhcp.router ?? false,
    dns: dhcp.dns.length > 0 && dhcp.dns.join(','),
    domain: dhcp.domain ?? false,
  });
  const network = numberToIpv4(ipv4Bounds(card.address, card.prefixLength).first);
  return renderNamed('dnsmasq.conf', {
    card: card.card,
    address: card.address,
    mask,
    user,
    httpPort,
    tftpRoot: paths.tftp,
    architectures,
    server: mode === 'server' && server(),
    proxy: mode === 'proxy' && { network },
  });
}
