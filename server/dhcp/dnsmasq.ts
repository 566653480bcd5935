import { firstLabel } from '../../common/model/names.ts';
import { broadcastOf, maskOf, networkOf, parseIpv4, parseNetmask, printIpv4 } from '../../common/model/ipv4.ts';
import { parseMac } from '../../common/model/mac.ts';
import { UserError } from '../../common/system/errors.ts';
import { dnsmasqHost } from '../../common/templates/languages.ts';
import { renderNamed } from '../../common/templates/render.ts';
import { imageServerOption } from './boot-clients.ts';
import { dnsmasqBootLines } from './dnsmasq-boot.ts';
import { includedBy, systemFiles, wholeText } from './dnsmasq-files.ts';
import { dnsmasqAddresses, dnsmasqHosts, valuesOf } from './dnsmasq-hosts.ts';
import { colonBytes } from './identity.ts';
import { type Configuration, type DhcpKind, type LeaseEntry, leaseHint, type Reserved } from './kind.ts';
import { foreignText, partsOf, readPart, withPart } from './part.ts';
import { type NamedRange, refuseOverlap, refuseTakenOption } from './refusals.ts';
import { printNetwork } from './subnet.ts';

const reservationsPart = 'reservations';

/**
 * The addresses of each `dhcp-range` line: `[TAGS,]FIRST[,LAST|static|proxy][,NETMASK[,BROADCAST]][,TIME]`. With a netmask, the
 * range's whole network; without a netmask, only the range, because the server's own cards decide the network.
 */
function rangesOf(text: string): NamedRange[] {
  return valuesOf(text, 'dhcp-range').flatMap((words) => {
    const [first, ...more] = words.flatMap((word) => parseIpv4(word) ?? []);
    if (first === undefined) return [];
    const isMask = (one: number) => one >= maskOf(1) && parseNetmask(printIpv4(one)) !== undefined;
    const mask = more.find(isMask);
    const last = more.find((one) => one >= first && !isMask(one)) ?? first;
    const prefixLength = mask === undefined ? 32 : (parseNetmask(printIpv4(mask)) ?? 32);
    const name = `a range at ${printIpv4(first)}`;
    return [{ name, first: networkOf(first, prefixLength), last: Math.max(last, broadcastOf(first, prefixLength)) }];
  });
}

/** True for a `dhcp-option` of the image server's number, for any tags; options inside of others have numbers of their own. */
const takesOption = (text: string) =>
  [...valuesOf(text, 'dhcp-option'), ...valuesOf(text, 'dhcp-option-force')].some(
    (words) =>
      words.slice(0, -1).some((word) => word.replace(/^option:/, '') === String(imageServerOption)) &&
      !words.some((word) => /^(vendor|(vi-)?encap):/.test(word)),
  );

/**
 * `EXPIRY MAC ADDRESS NAME CLIENT-ID`; expiry 0 is never, `*` is nothing, and a MAC of another kind than Ethernet begins with the number
 * of its kind. InfiniBand has no MAC there: `20-` (RFC 4390).
 */
function parseLease(line: string, where: string): LeaseEntry {
  const [expiry = '', hardware = '', ip = '', name = '*', clientId, ...more] = line.trim().split(/\s+/);
  if (!/^\d+$/.test(expiry) || parseIpv4(ip) === undefined || clientId === undefined || more.length > 0)
    throw new UserError(`${where}: ${JSON.stringify(line.slice(0, 60))} is no lease of dnsmasq`, leaseHint);
  if (/^[0-9a-f]{2}-/i.test(hardware)) return { ip };
  const mac = parseMac(hardware);
  if (mac === undefined) throw new UserError(`${where}: ${JSON.stringify(hardware)} is no MAC`, leaseHint);
  const endsMs = expiry === '0' ? Number.POSITIVE_INFINITY : Number(expiry) * 1000;
  const said = { clientId: clientId === '*' ? undefined : colonBytes(clientId), name: name === '*' ? undefined : name };
  return { ip, mac, endsMs, isHeld: true, ...said };
}

/** Leases of IPv6 come after a line with the server's DUID. */
const leaseLines = (text: string) => text.split(/^duid /m, 1)[0]?.split('\n') ?? [];

/** Our reservations have a MAC; all other `dhcp-host` lines are the administrator's, or of the lists that dnsmasq reads. */
function reservedIn(configuration: Configuration): Reserved[] {
  const foreign = [{ text: foreignText(configuration) }, ...(configuration.others ?? [])]
    .map((one) => one.text)
    .join('\n');
  const addressesOf = dnsmasqAddresses(foreign);
  const mine = dnsmasqHosts(readPart(configuration, reservationsPart) ?? '');
  return [
    ...dnsmasqHosts(foreign).flatMap(({ by, address, name }) => {
      const known = address === '' && name !== undefined ? addressesOf(name) : [];
      return by.flatMap((one) =>
        (known.length > 0 ? known : [address]).map((each) => {
          return { by: one, address: each, isOurs: false as const, name: name || undefined };
        }),
      );
    }),
    ...mine.flatMap(({ by, ...one }) =>
      by.flatMap(({ kind, value }) => (kind === 'MAC' ? [{ mac: value, isOurs: true as const, ...one }] : [])),
    ),
  ];
}

/** dnsmasq(8) as a DHCP server that the administrator runs; `serve --dhcp` runs a dnsmasq of its own. */
export const dnsmasq: DhcpKind = {
  name: 'dnsmasq',
  title: 'dnsmasq',
  installed: '/etc/dnsmasq.conf',
  needsLeaseFile: false,
  program: '/usr/sbin/dnsmasq',
  unit: 'dnsmasq',
  configurations: ['/etc/dnsmasq.d/systemimager.conf'],
  leaseFiles: ['/var/lib/misc/dnsmasq.leases', '/var/lib/dnsmasq/dnsmasq.leases', '/var/db/dnsmasq.leases'],
  reservesInLeases: false,
  olderLeases: [],
  looksUpNames: false,
  needsSubnet: false,
  check: (file) => ['dnsmasq', '--test', `--conf-file=${file}`],
  checked: wholeText,
  first: systemFiles,
  isOurs: (configuration) => partsOf(configuration).length > 0,
  includes: includedBy,
  async withSubnet(configuration, subnet) {
    const { file, others = [] } = configuration;
    for (const one of [{ text: foreignText(configuration), file }, ...others]) {
      refuseOverlap(subnet, rangesOf(one.text), one.file);
      refuseTakenOption(takesOption(foreignText(one)), one.file);
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
  remarks: ({ file, isRead }) =>
    isRead ? [] : [`dnsmasq reads ${file} only where dnsmasq.conf names it: conf-file=${file}`],
  // The server's cards decide its networks, too.
  serves: () => () => true,
  reserved: reservedIn,
  unseen: () => [],
  withReservations(configuration, reservations) {
    const lines = reservations.map(({ mac, address, name }) => {
      return `dhcp-host=${[mac, address, dnsmasqHost(firstLabel(name ?? ''))].filter(Boolean).join(',')}\n`;
    });
    const head = '# Written by mkdhcpstatic. A new run keeps these machines, and adds other machines.\n';
    return withPart(configuration, reservationsPart, head + lines.join(''));
  },
  isLeaseFile: (text) => /^(\d+ \S+ [\d.]+ \S+ \S+|duid \S+)$/m.test(text),
  parseLeases: (text, file) =>
    leaseLines(text).flatMap((line, at) => (line.trim() === '' ? [] : [parseLease(line, `${file}, line ${at + 1}`)])),
};
