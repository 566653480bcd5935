import { broadcastOf, maskOf, networkOf, parseIpv4, printIpv4 } from '../../common/model/ipv4.ts';
import { UserError } from '../../common/system/errors.ts';
import { under } from '../../common/system/place.ts';
import type { CardAddress } from '../config/networks.ts';
import type { ServerPaths } from '../config/paths.ts';
import type { ServerConfig } from '../config/server-toml.ts';
import type { KnownHost } from '../hosts/hosts-json.ts';
import type { IpxeFile } from '../netboot/boot-script.ts';
import { renderNamed } from '../templates.ts';

/** `server` hands out addresses; `proxy` adds the boot file to the answers of a DHCP server that is there already. */
export type DhcpMode = 'server' | 'proxy';

/**
 * Client system architecture types (option 93) that get a boot file: RFC 4578 section 2.1 and IANA's registry. 7 and 9 are both in
 * use for x64; 16 and 19 are x64 and arm64 that boot by HTTP. `csa` is dnsmasq's name for pxe-service.
 */
const architectures: { tag: string; number: number; file: IpxeFile; csa?: string; byHttp: boolean }[] = [
  { tag: 'bios', number: 0, file: 'undionly.kpxe', csa: 'x86PC', byHttp: false },
  { tag: 'efi64', number: 7, file: 'snponly.efi', csa: 'BC_EFI', byHttp: false },
  { tag: 'efi64', number: 9, file: 'snponly.efi', csa: 'X86-64_EFI', byHttp: false },
  { tag: 'arm64', number: 11, file: 'ipxe-arm64.efi', csa: 'ARM64_EFI', byHttp: false },
  { tag: 'http64', number: 16, file: 'snponly.efi', byHttp: true },
  { tag: 'httparm64', number: 19, file: 'ipxe-arm64.efi', byHttp: true },
];

/** The boot files for each tag, once; and for each kind of firmware what a proxy offers it. */
function bootFiles(ipxe: readonly IpxeFile[]) {
  const known = architectures.filter((one) => ipxe.includes(one.file));
  const byTag = [...new Map(known.map((one) => [one.tag, one])).values()];
  return {
    matches: known.map(({ tag, number }) => ({ tag, number })),
    byTftp: byTag.filter((one) => !one.byHttp).map(({ tag, file }) => ({ tag, file })),
    byHttp: byTag.filter((one) => one.byHttp).map(({ tag, file }) => ({ tag, file })),
    offers: known.flatMap(({ csa, file }) => (csa === undefined ? [] : [{ csa, file }])),
  };
}

/** First and last address to hand out: as in server.toml, else the upper half of the card's subnet. */
export function dhcpRange(card: CardAddress, wished: [string, string] | undefined): { first: string; last: string } {
  const own = parseIpv4(card.address) ?? 0;
  const network = networkOf(own, card.prefixLength);
  const broadcast = broadcastOf(own, card.prefixLength);
  const size = broadcast - network + 1;
  if (wished === undefined) {
    if (size < 8)
      throw new UserError(
        `the subnet of ${card.card} (${card.address}/${card.prefixLength}) has no room for a DHCP range`,
        'Set range under [dhcp] in server.toml.',
      );
    return { first: printIpv4(network + size / 2), last: printIpv4(broadcast - 1) };
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
  /** The iPXE programs that this server has. */
  ipxe: readonly IpxeFile[];
  /** Whom dnsmasq becomes once its ports are open. */
  user: string;
}): Promise<string> {
  const { mode, card, paths, config, httpPort, ipxe, user } = options;
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
  const files = bootFiles(ipxe);
  const network = printIpv4(networkOf(parseIpv4(card.address) ?? 0, card.prefixLength));
  return renderNamed('dnsmasq.conf', {
    card: card.card,
    address: card.address,
    mask,
    user,
    httpPort,
    tftpRoot: paths.tftp,
    ...files,
    server: mode === 'server' && server(),
    proxy: mode === 'proxy' && { network },
  });
}
