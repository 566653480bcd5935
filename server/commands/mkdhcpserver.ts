import { isIPv4 } from 'node:net';
import { InvalidArgumentError } from 'commander';
import type { CliCommand, CliContext } from '../../common/cli.ts';
import { parsePort } from '../../common/cli-arguments.ts';
import { networkOf, parseIpv4, printIpv4 } from '../../common/model/ipv4.ts';
import { ipxeFiles, neededIpxe } from '../../common/boot/firmware-files.ts';
import { UserError } from '../../common/system/errors.ts';
import { cardAddresses } from '../config/card-addresses.ts';
import { type ServerCard, ipv4Of } from '../config/networks.ts';
import { serverPaths } from '../config/paths.ts';
import { readServerConfig, type ServerConfig } from '../config/server-toml.ts';
import { askForKind, askForRestart, askForSubnet, type Proposals } from '../dhcp/ask.ts';
import { bootClients } from '../dhcp/boot-clients.ts';
import { type ChangeOptions, changeConfiguration } from '../dhcp/change.ts';
import { readConfiguration } from '../dhcp/read-configuration.ts';
import { daemonNames, installedKinds, kindNamed, onlyKind } from '../dhcp/choose-kind.ts';
import { parseNetwork } from '../dhcp/network-words.ts';
import { checkSubnet, type Subnet } from '../dhcp/subnet.ts';
import { ipxeFolder } from '../serve/plan.ts';

type Options = ChangeOptions & {
  daemon?: string;
  network?: string;
  netmask?: string;
  range?: string;
  router?: string;
  dns?: string;
  domainname?: string;
  imageserver?: string;
  httpPort?: number;
  secureBoot?: boolean;
  leaseSeconds?: number;
  interface?: string;
  file?: string;
};

function seconds(text: string): number {
  const value = Number(text);
  // A lease under two minutes is renewed all the time; 0xffffffff means a lease without end (RFC 2131 section 3.3).
  if (Number.isInteger(value) && value >= 120 && value < 0xffff_ffff) return value;
  throw new InvalidArgumentError('a lease lasts 120 s or more.');
}

/** The typed values, else those of this machine's card and of server.toml, if they fit the network. */
function propose(options: Options, cards: readonly ServerCard[], { dhcp, ports }: ServerConfig): Proposals {
  const own = cards.filter((one) => isIPv4(one.address) && !one.address.startsWith('127.'));
  // With --network, the interface may be another machine's, and the configuration is then for that machine.
  const needsCard = options.interface !== undefined && options.network === undefined;
  const card = needsCard ? ipv4Of(options.interface ?? '', cards) : own[0];
  const networkOfCard = (one: ServerCard) =>
    `${printIpv4(networkOf(parseIpv4(one.address) ?? 0, one.prefixLength))}/${one.prefixLength}`;
  const network = options.network ?? (card && networkOfCard(card));
  const known = network === undefined ? undefined : parseNetwork(network, options.netmask);
  const isIn = (address: string) =>
    known !== undefined && networkOf(parseIpv4(address) ?? 0, known.prefixLength) === known.network;
  const given = {
    network,
    netmask: options.netmask,
    range: options.range ?? (dhcp.range?.every(isIn) ? dhcp.range.join('-') : undefined),
    router: options.router ?? (dhcp.router !== undefined && isIn(dhcp.router) ? dhcp.router : undefined),
    dns: options.dns ?? (dhcp.dns.length > 0 ? dhcp.dns.join(',') : undefined),
    domain: options.domainname ?? dhcp.domain,
    imageServer: options.imageserver ?? own.find((one) => isIn(one.address))?.address,
    interface: options.interface,
  };
  return {
    ...(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<Proposals>),
    httpPort: options.httpPort ?? ports.http,
    secureBoot: options.secureBoot ?? dhcp.secure_boot,
    httpBoot: dhcp.http_boot,
    leaseSeconds: options.leaseSeconds ?? dhcp.lease_seconds,
  };
}

/** The files that machines will look for, and the command that offers them. */
function bootRemarks(subnet: Subnet): string[] {
  const clients = bootClients(subnet);
  const files = [...new Set(clients.filter((one) => !one.byHttp).map((one) => one.bootFile))];
  return [
    `machines then fetch ${files.join(', ')} by TFTP and HTTP from ${subnet.imageServer}, and what comes after by HTTP from port ${subnet.httpPort}`,
    `there, systemimager serve --dhcp=none --interface ${subnet.interface ?? 'eth1'} offers them all, and leaves DHCP to this server`,
    ...arm64Remarks(files, subnet.ipxe),
  ];
}

/** What arm64 machines lack; `ipxe` is undefined for an image server that is another machine. */
function arm64Remarks(files: readonly string[], ipxe: Subnet['ipxe']): string[] {
  if (files.includes('ipxe-arm64.efi') && !ipxe)
    return [
      'ipxe-arm64.efi comes with Debian 13: if the image server lacks the file, arm64 machines do not boot; run mkdhcpserver there, which then names shimaa64.efi',
    ];
  if (!ipxe || ipxe.includes('ipxe-arm64.efi')) return [];
  return [
    `${ipxeFolder} has no ipxe-arm64.efi (Debian 13 has the file): arm64 machines get shimaa64.efi, and cannot boot iPXE by HTTP`,
  ];
}

/** The iPXE programs of this machine, if this machine is the image server and has any. */
async function ownIpxe({ io }: CliContext, cards: readonly ServerCard[], imageServer: string): Promise<Subnet['ipxe']> {
  if (!cards.some((one) => one.address === imageServer)) return undefined;
  const there = await io.list(ipxeFolder);
  const ipxe = ipxeFiles.filter((name) => there?.includes(name));
  return neededIpxe.every((name) => ipxe.includes(name)) ? ipxe : undefined;
}

async function run(context: CliContext, options: Options): Promise<void> {
  const { io, root } = context;
  const config = await readServerConfig(io, serverPaths(root).config);
  const isWhole = options.network !== undefined || options.interface !== undefined;
  if (!isWhole && !context.isTerminal)
    throw new UserError(
      'mkdhcpserver needs --network or --interface',
      'As in --network 10.0.0.0/24; every flag is explained by mkdhcpserver --help, and on a terminal it asks.',
    );
  const cards = await cardAddresses(io);
  const proposals = propose(options, cards, config);
  const installed = await installedKinds(context);
  const mayAsk = context.isTerminal && !isWhole;
  const kind =
    options.daemon !== undefined
      ? kindNamed(options.daemon)
      : mayAsk
        ? await askForKind(installed)
        : onlyKind(installed, 'installed here');
  const wish = mayAsk ? await askForSubnet(proposals) : proposals;
  const { network, imageServer } = wish;
  if (network === undefined || imageServer === undefined)
    throw new UserError(
      `this machine has no address in ${network ?? 'any network'}: which address has the image server?`,
      'Name the image server, as in --imageserver 10.0.0.1.',
    );
  const ipxe = await ownIpxe(context, cards, imageServer);
  const subnet = checkSubnet({ ...wish, network, imageServer, ipxe });
  const before = await readConfiguration(context, kind, options.file);
  const after = await kind.withSubnet(before, subnet);
  const restart = options.restart ?? (mayAsk && root === '/' && (await askForRestart(kind)));
  await changeConfiguration(context, kind, before, after, { ...options, restart });
  if (options.dryRun) return;
  for (const line of [...kind.remarks(before, subnet), ...bootRemarks(subnet)]) context.print(line);
}

/** Writes a DHCP server's configuration. */
export const mkdhcpserverCommand: CliCommand = {
  name: 'mkdhcpserver',
  summary: 'write the configuration of a DHCP server (ISC dhcpd, Kea or dnsmasq), so that machines boot the installer',
  examples: [
    'mkdhcpserver',
    'mkdhcpserver -daemon kea -interface eth1 -dry-run',
    'mkdhcpserver -daemon isc -network 10.0.0.0 -netmask 255.255.255.0 -range 10.0.0.100-10.0.0.199 -imageserver 10.0.0.1',
    'mkdhcpserver -network 10.0.0.0/24 -router 10.0.0.254 -dns 10.0.0.2,10.0.0.3 -domainname example.com -restart',
    'mkdhcpserver -daemon dnsmasq -network 10.0.0.0/24 -imageserver 10.0.0.1 -file /tmp/for-the-router.conf',
  ],
  declare(command, context) {
    command
      .option('--daemon <name>', `DHCP server: ${daemonNames} (default: the installed DHCP server)`)
      .option('--network <network>', 'network of the machines, such as 10.0.0.0/24 (default: network of --interface)')
      .option('--netmask <mask>', 'netmask of the network, if --network has no prefix length such as /24')
      .option(
        '--range <a-b>',
        'addresses for machines, such as 10.0.0.100-10.0.0.199 (default: range in server.toml, else the upper half of the network)',
      )
      .option('--router <address>', 'gateway of the machines (default: router in server.toml, else none)')
      .option('--dns <addresses>', 'DNS servers of the machines, with commas between (default: dns in server.toml)')
      .option('--domainname <domain>', 'DNS domain of the machines (default: domain in server.toml, else none)')
      .option(
        '--imageserver <address>',
        'address of the image server, for boot files and DHCP option 224 (default: the address of this machine in --network)',
      )
      .option('--http-port <port>', 'TCP port of the HTTP server (default: http in server.toml, else 8181)', parsePort)
      .option('--secure-boot', 'boot UEFI machines by signed programs (default: secure_boot in server.toml)')
      .option('--lease-seconds <n>', 'seconds of a lease (default: lease_seconds in server.toml, else 43200)', seconds)
      .option('--interface <name>', 'network interface where the DHCP server answers (default: all interfaces)')
      .option('--file <file>', 'configuration file to write (default: the file of the DHCP server)')
      .option('--force', 'change a file of the administrator without asking; the old file is kept as a numbered backup')
      .option('--restart', 'restart the DHCP server afterwards')
      .option('--dry-run', 'print the steps, and change nothing')
      .action((options: Options) => run(context, options));
  },
};
