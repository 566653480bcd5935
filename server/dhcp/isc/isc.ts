import { firstLabel } from '../../../common/model/names.ts';
import path from 'node:path';
import { maskOf, networkOf, parseIpv4, parseNetmask, printIpv4 } from '../../../common/model/ipv4.ts';
import { absPath } from '../../../common/system/place.ts';
import { renderNamed } from '../../../common/templates/render.ts';
import { bootClients, imageServerOption, ipxeScript } from '../boot-clients.ts';
import type { Configuration, DhcpKind, Reservation } from '../kind.ts';
import { foreignText, partsOf, readPart, withPart } from '../part.ts';
import { type Range, withoutAddresses } from '../ranges.ts';
import { allStatements, parseStatements, type Statement } from '../statements.ts';
import { rangeOf, refuseOverlap, refuseTakenOption } from '../refusals.ts';
import { printNetwork, type Subnet } from '../subnet.ts';
import { hostsOf } from './hosts.ts';
import { isIscLeaseFile, parseIscLeases } from './leases.ts';

const reservationsPart = 'reservations';
const subnetPart = (subnet: Subnet) => `subnet ${printNetwork(subnet)}`;

/** Option 93 may list several types: the first counts. */
const isFirmware = (number: number) =>
  `substring(option systemimager-firmware, 0, 2) = 00:${number.toString(16).padStart(2, '0')}`;

function subnetsOf(statements: readonly Statement[]): { network: string; prefixLength: number }[] {
  return statements.flatMap(({ words: [word, network = '', , mask = ''] }) =>
    word === 'subnet' && parseIpv4(network) !== undefined ? [{ network, prefixLength: parseNetmask(mask) ?? 32 }] : [],
  );
}

const statementsOf = (text: string, file: string) => allStatements(parseStatements(text, file));

/** The administrator's statements in this file and in included files; in those our own parts count as well. */
const foreignStatements = (configuration: Configuration): Statement[] => [
  ...statementsOf(foreignText(configuration), configuration.file),
  ...(configuration.others ?? []).flatMap((one) => statementsOf(one.text, one.file)),
];

const printRange = ({ first, last }: Range) => ({ first: printIpv4(first), last: printIpv4(last) });

/** dhcpd may hand out an address of a range although the address is reserved: our ranges leave reserved addresses out. */
function withoutReserved(configuration: Configuration, reservations: readonly Reservation[]): string {
  const addresses = reservations.map((one) => one.ip ?? one.address);
  return partsOf(configuration).reduce((text, { name, body }) => {
    if (!name.startsWith('subnet ')) return text;
    const changed = body.replaceAll(/^ {2}range (\S+) (\S+);\n/gm, (_, first: string, last: string) => {
      const range = { first: parseIpv4(first) ?? 0, last: parseIpv4(last) ?? 0 };
      const left = withoutAddresses([range], addresses).map(printRange);
      return left.map((one) => `  range ${one.first} ${one.last};\n`).join('');
    });
    return withPart({ ...configuration, text }, name, changed);
  }, configuration.text);
}

/** A host is declared by its label: no two hosts may have the same. */
function hostLine({ mac, address, name }: Reservation, taken: Set<string>): string {
  const digits = mac.replaceAll(':', '');
  const label = name === undefined || taken.has(name) ? `${name ?? 'machine'}-${digits}` : name;
  taken.add(label);
  const said = name === undefined ? '' : ` option host-name "${firstLabel(name)}";`;
  return `host ${label} { hardware ethernet ${mac}; fixed-address ${address};${said} }\n`;
}

/** ISC dhcpd, versions 3 and 4. dhcpd.conf(5), dhcp-eval(5). */
export const isc: DhcpKind = {
  name: 'isc',
  title: 'ISC dhcpd',
  installed: '/usr/sbin/dhcpd',
  needsLeaseFile: true,
  program: '/usr/sbin/dhcpd',
  unit: 'isc-dhcp-server',
  configurations: ['/etc/dhcp/dhcpd.conf', '/etc/dhcp3/dhcpd.conf', '/etc/dhcpd.conf'],
  leaseFiles: [
    '/var/lib/dhcp/dhcpd.leases',
    '/var/lib/dhcpd/dhcpd.leases',
    '/var/lib/dhcp3/dhcpd.leases',
    '/var/dhcp/dhcpd.leases',
    '/var/dhcpd/dhcpd.leases',
    '/var/state/dhcp/dhcpd.leases',
    '/etc/dhcpd.leases',
  ],
  reservesInLeases: true,
  olderLeases: [],
  looksUpNames: true,
  needsSubnet: true,
  check: (file) => ['dhcpd', '-4', '-t', '-cf', file],
  checked: ({ text }) => text,
  first: [],
  unseen: () => [],
  isOurs: (configuration) => partsOf(configuration).length > 0,
  // A relative name is one of `/`, where systemd and init start dhcpd.
  includes: ({ text, file }) =>
    statementsOf(text, file).flatMap(({ words: [word, at = ''] }) =>
      word === 'include' && at !== '' ? [{ at: absPath(path.posix.resolve('/', at)) }] : [],
    ),
  async withSubnet(configuration, subnet) {
    const { text, file, others = [] } = configuration;
    for (const one of [{ text: foreignText(configuration), file }, ...others]) {
      refuseOverlap(subnet, subnetsOf(statementsOf(one.text, one.file)).map(rangeOf), one.file);
      const isTaken = statementsOf(foreignText(one), one.file).some(({ words: [word, name = '', code, number] }) => {
        // A name with a dot is one of another option space, as vendors have them.
        const isOfDhcp = !name.replace(/^dhcp\./, '').includes('.');
        return word === 'option' && isOfDhcp && code === 'code' && number === String(imageServerOption);
      });
      refuseTakenOption(isTaken, one.file);
    }
    const all = [...statementsOf(text, file), ...others.flatMap((one) => statementsOf(one.text, one.file))];
    const mine = hostsOf(all).flatMap((one) => one.addresses);
    const body = await renderNamed('dhcpd.conf', {
      imageServerOption,
      network: subnet.network,
      mask: printIpv4(maskOf(subnet.prefixLength)),
      ranges: withoutAddresses([subnet.range], mine).map(printRange),
      leaseSeconds: subnet.leaseSeconds,
      router: subnet.router ?? false,
      domain: subnet.domain ?? false,
      dns: subnet.dns.length > 0 && subnet.dns.join(', '),
      imageServer: subnet.imageServer,
      script: ipxeScript(subnet),
      clients: bootClients(subnet).map(({ numbers, bootFile, byHttp }) => {
        return { test: numbers.map(isFirmware).join(' or '), bootFile, byHttp };
      }),
    });
    return withPart(configuration, subnetPart(subnet), body);
  },
  remarks: (_, subnet) =>
    subnet.interface === undefined
      ? []
      : [
          `dhcpd takes its interfaces from its command line; on Debian: INTERFACESv4="${subnet.interface}" in /etc/default/isc-dhcp-server`,
        ],
  serves({ text, file, others = [] }) {
    const subnets = subnetsOf([{ text, file }, ...others].flatMap((one) => statementsOf(one.text, one.file)));
    return (ip) => subnets.some((one) => printIpv4(networkOf(parseIpv4(ip) ?? 0, one.prefixLength)) === one.network);
  },
  reserved(configuration) {
    const part = readPart(configuration, reservationsPart) ?? '';
    const foreign = hostsOf(foreignStatements(configuration)).flatMap(({ by, addresses, name }) =>
      by.flatMap((one) =>
        (addresses.length > 0 ? addresses : ['']).map((address) => {
          return { by: one, address, isOurs: false as const, name: name || undefined };
        }),
      ),
    );
    const mine = hostsOf(statementsOf(part, configuration.file)).flatMap(({ label, by, addresses, name }) => {
      const mac = by.find(({ kind }) => kind === 'MAC')?.value;
      if (mac === undefined) return [];
      // Our hosts are declared by their full name, unless a host has none or the name of another.
      const full = label.endsWith(mac.replaceAll(':', '')) ? name : label;
      return [{ mac, address: addresses[0] ?? '', isOurs: true as const, name: full || undefined }];
    });
    return [...foreign, ...mine];
  },
  withReservations(configuration, reservations) {
    const taken = new Set(hostsOf(foreignStatements(configuration)).map((one) => one.label));
    const lines = reservations.map((one) => hostLine(one, taken)).join('');
    const head = '# Written by mkdhcpstatic. A new run keeps these machines, and adds other machines.\n';
    const text = withPart(configuration, reservationsPart, head + lines);
    return withoutReserved({ ...configuration, text }, reservations);
  },
  isLeaseFile: isIscLeaseFile,
  parseLeases: parseIscLeases,
};
