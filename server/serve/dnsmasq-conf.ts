import { broadcastOf, maskOf, networkOf, parseIpv4, printIpv4 } from '../../common/model/ipv4.ts';
import { UserError } from '../../common/system/errors.ts';
import { under } from '../../common/system/place.ts';
import type { ServerCard } from '../config/networks.ts';
import { bootFiles, imageServerOption } from '../dhcp/boot-clients.ts';
import { dnsmasqBootLines } from '../dhcp/dnsmasq-boot.ts';
import { upperHalf } from '../dhcp/network-words.ts';
import type { ServerPaths } from '../config/paths.ts';
import type { ServerConfig } from '../config/server-toml.ts';
import type { KnownHost } from '../config/hosts-json.ts';
import type { IpxeFile } from '../../common/boot/firmware-files.ts';
import { dnsmasqHost } from '../../common/templates/languages.ts';
import { renderNamed } from '../../common/templates/render.ts';

/**
 * `server` hands out addresses; `proxy` adds the boot file to the answers of another DHCP server; `none` leaves all of DHCP to
 * another server, which may be on the same machine, and only offers the boot files by TFTP.
 */
export const dhcpModes = ['server', 'proxy', 'none'] as const;
export type DhcpMode = (typeof dhcpModes)[number];

/** First and last address to hand out: as in server.toml, else the upper half of the card's subnet. */
export function dhcpRange(card: ServerCard, wished: [string, string] | undefined): { first: string; last: string } {
  const own = parseIpv4(card.address) ?? 0;
  const network = networkOf(own, card.prefixLength);
  const broadcast = broadcastOf(own, card.prefixLength);
  if (wished === undefined) {
    const half = upperHalf(network, card.prefixLength);
    if (half) return half;
    throw new UserError(
      `the subnet of ${card.card} (${card.address}/${card.prefixLength}) has no room for a DHCP range`,
      'Set range under [dhcp] in server.toml.',
    );
  }
  const [first, last] = wished;
  const isInside = (address: string) => {
    const value = parseIpv4(address) ?? 0;
    return value > network && value < broadcast;
  };
  if (!isInside(first) || !isInside(last) || (parseIpv4(first) ?? 0) > (parseIpv4(last) ?? 0))
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
    .map(({ mac, ip, host }) => `${[mac, ip, dnsmasqHost(host)].filter(Boolean).join(',')}\n`)
    .join('');
}

/** The text of dnsmasq.conf. */
export async function dnsmasqConf(options: {
  mode: DhcpMode;
  card: ServerCard;
  paths: ServerPaths;
  config: ServerConfig;
  httpPort: number;
  /** The iPXE programs that this server has. */
  ipxe: readonly IpxeFile[];
  /** The user that dnsmasq becomes once its ports are open. */
  user: string;
  /** As a proxy, this dnsmasq can also answer machines that boot by HTTP. */
  proxiesHttp: boolean;
}): Promise<string> {
  const { mode, card, paths, config, httpPort, ipxe, user, proxiesHttp } = options;
  const mask = printIpv4(maskOf(card.prefixLength));
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
  const choices = { secureBoot: dhcp.secure_boot, httpBoot: dhcp.http_boot, ipxe };
  const source = { imageServer: card.address, httpPort, ...choices };
  const network = printIpv4(networkOf(parseIpv4(card.address) ?? 0, card.prefixLength));
  const isProxy = mode === 'proxy';
  return renderNamed('dnsmasq.conf', {
    card: card.card,
    address: card.address,
    mask,
    user,
    tftpRoot: paths.tftp,
    imageServerOption,
    bootLines: mode === 'none' ? '' : await dnsmasqBootLines(source, { isProxy }),
    offers: bootFiles(source, isProxy).offers,
    server: mode === 'server' && server(),
    proxy: isProxy && { network, proxiesHttp },
  });
}
