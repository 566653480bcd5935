import { maskOf, parseIpv4, printIpv4 } from '../../common/model/ipv4.ts';
import { parseMac } from '../../common/model/mac.ts';
import { UserError } from '../../common/system/errors.ts';
import { renderNamed } from '../templates.ts';
import { imageServerOption } from './boot-clients.ts';
import { includedBy, isSystems } from './dnsmasq-files.ts';
import { dnsmasqBootLines } from './dnsmasq-boot.ts';
import { type DhcpKind, type Lease, leaseHint, type Reserved } from './kind.ts';
import { foreignText, partsOf, readPart, withPart } from './part.ts';
import { printNetwork, refuseOverlap, refuseTakenOption } from './subnet.ts';

const reservationsPart = 'reservations';

/** `dhcp-host=MAC,ADDRESS,NAME` in whatever order, dnsmasq(8). */
function hostsOf(text: string, isOurs: boolean): Reserved[] {
  return [...text.matchAll(/^[ \t]*dhcp-host[ \t]*=[ \t]*([^#\n]*)/gm)].flatMap(([, value = '']) => {
    const words = value.trim().split(/\s*,\s*/);
    const address = words.find((word) => parseIpv4(word) !== undefined) ?? '';
    const name = words.find(
      (word) => /^[a-z0-9][a-z0-9.-]*$/i.test(word) && word !== address && !/^\d+[smhdw]?$/.test(word),
    );
    return words
      .flatMap((word) => parseMac(word) ?? [])
      .map((mac) => ({ mac, address, isOurs, ...(name ? { name } : {}) }));
  });
}

/** The first address of each `dhcp-range` line: its network follows from the server's own cards, which a file does not tell. */
function subnetsOf(text: string): { network: string; prefixLength: number }[] {
  return [...text.matchAll(/^[ \t]*dhcp-range[ \t]*=[ \t]*([^#\n]*)/gm)].flatMap(([, value = '']) => {
    const network = value.split(/\s*,\s*/).find((word) => parseIpv4(word) !== undefined);
    return network === undefined ? [] : [{ network, prefixLength: 32 }];
  });
}

/** A `dhcp-option` of the image server's number, for whichever tags. */
const takesOption = new RegExp(
  `^[ \\t]*dhcp-option(-force)?[ \\t]*=([^#\\n]*,)?[ \\t]*(option:)?${imageServerOption}[ \\t]*,`,
  'm',
);

/** `EXPIRY MAC ADDRESS NAME CLIENT-ID`; 0 never ends, `*` is nothing, and a MAC of another kind has its number before it. */
function parseLease(line: string, where: string): Lease | undefined {
  const [expiry = '', hardware = '', ip = '', name = '*', clientId, ...more] = line.trim().split(/\s+/);
  if (!/^\d+$/.test(expiry) || parseIpv4(ip) === undefined || clientId === undefined || more.length > 0)
    throw new UserError(`${where}: ${JSON.stringify(line.slice(0, 60))} is no lease of dnsmasq`, leaseHint);
  if (/^[0-9a-f]{2}-/i.test(hardware) && hardware.includes(':')) return undefined;
  const mac = parseMac(hardware);
  if (mac === undefined) throw new UserError(`${where}: ${JSON.stringify(hardware)} is no MAC`, leaseHint);
  const endsMs = expiry === '0' ? Number.POSITIVE_INFINITY : Number(expiry) * 1000;
  return { ip, mac, endsMs, isHeld: true, ...(name === '*' ? {} : { name }) };
}

/** Leases of IPv6 come after a line with the server's DUID. */
const leaseLines = (text: string) => text.split(/^duid /m, 1)[0]?.split('\n') ?? [];

/** dnsmasq(8) as a DHCP server that somebody else runs; `serve --dhcp` runs one of its own. */
export const dnsmasq: DhcpKind = {
  name: 'dnsmasq',
  title: 'dnsmasq',
  installed: '/etc/dnsmasq.conf',
  needsLeaseFile: false,
  program: '/usr/sbin/dnsmasq',
  unit: 'dnsmasq',
  configurations: ['/etc/dnsmasq.d/systemimager.conf'],
  leaseFiles: ['/var/lib/misc/dnsmasq.leases', '/var/lib/dnsmasq/dnsmasq.leases', '/var/db/dnsmasq.leases'],
  olderLeases: [],
  looksUpNames: false,
  needsSubnet: false,
  check: (file) => ['dnsmasq', '--test', `--conf-file=${file}`],
  isOurs: (configuration) => partsOf(configuration).length > 0,
  includes: includedBy,
  async withSubnet(configuration, subnet) {
    const { file, others = [] } = configuration;
    for (const one of [{ text: foreignText(configuration), file }, ...others]) {
      refuseOverlap(subnet, subnetsOf(one.text), one.file);
      refuseTakenOption(takesOption.test(foreignText(one)), one.file);
    }
    const tag = `net-${subnet.network.replaceAll('.', '-')}`;
    const comma = (words: readonly string[]) => words.map((word) => `,${word}`).join('');
    const body = await renderNamed('dnsmasq-subnet.conf', {
      tag,
      interface: subnet.interface ?? false,
      first: printIpv4(subnet.range.first),
      last: printIpv4(subnet.range.last),
      mask: printIpv4(maskOf(subnet.prefixLength)),
      leaseSeconds: subnet.leaseSeconds,
      router: comma(subnet.router === undefined ? [] : [subnet.router]),
      dns: comma(subnet.dns),
      domain: subnet.domain ?? false,
      imageServerOption,
      imageServer: subnet.imageServer,
      bootLines: await dnsmasqBootLines(subnet, { onlyTag: tag }),
    });
    return withPart(configuration, `subnet ${printNetwork(subnet)}`, body);
  },
  remarks: ({ file }) =>
    isSystems.test(file) ? [] : [`dnsmasq reads ${file} only where dnsmasq.conf names it: conf-file=${file}`],
  // Which networks it has follows from its cards too.
  serves: () => () => true,
  reserved: (configuration) => [
    ...hostsOf(foreignText(configuration), false),
    ...(configuration.others ?? []).flatMap((one) => hostsOf(one.text, false)),
    ...hostsOf(readPart(configuration, reservationsPart) ?? '', true),
  ],
  withReservations(configuration, reservations) {
    const lines = reservations.map(({ mac, address, name }) => {
      return `dhcp-host=${[mac, address, name?.split('.')[0]].filter(Boolean).join(',')}\n`;
    });
    const head = '# Written by mkdhcpstatic: it adds machines, and keeps those that are here.\n';
    return withPart(configuration, reservationsPart, head + lines.join(''));
  },
  isLeaseFile: (text) => /^(\d+ \S+ [\d.]+ \S+ \S+|duid \S+)$/m.test(text),
  parseLeases: (text, file) =>
    leaseLines(text).flatMap((line, at) =>
      line.trim() === '' ? [] : (parseLease(line, `${file}, line ${at + 1}`) ?? []),
    ),
};
