import { z } from 'zod';
import { networkOf, parseIpv4, parseNetmask, printIpv4 } from '../../../common/model/ipv4.ts';
import { parseMac } from '../../../common/model/mac.ts';
import { UserError } from '../../../common/system/errors.ts';
import { bootClients, imageServerOption, ipxeScript } from '../boot-clients.ts';
import type { Configuration, DhcpKind, Reservation } from '../kind.ts';
import { printNetwork, refuseOverlap, type Subnet } from '../subnet.ts';
import { withItems, withMember } from './edit.ts';
import { parseJsonc, valueOf } from './jsonc.ts';
import { isKeaLeaseFile, parseKeaLeases } from './leases.ts';

/** Kea keeps it, and shows it again in what it writes itself (Kea ARM, "Comments and User Context"). */
const ours = { 'user-context': { 'made-by': 'systemimager' } };
const isOurs = (item: unknown) => Marked.safeParse(item).success;
const Marked = z.looseObject({ 'user-context': z.looseObject({ 'made-by': z.literal('systemimager') }) });

const Host = z.looseObject({
  'hw-address': z.string().optional(),
  'ip-address': z.string().optional(),
  hostname: z.string().optional(),
});
const Subnet4 = z.looseObject({ id: z.int().optional(), subnet: z.string(), reservations: z.array(Host).optional() });
const OptionDef = z.looseObject({ code: z.int(), space: z.string().default('dhcp4') });

/** As much of kea-dhcp4.conf as we look at. */
const KeaConf = z.looseObject({
  Dhcp4: z.looseObject({
    'interfaces-config': z.looseObject({ interfaces: z.array(z.string()).default([]) }).optional(),
    'lease-database': z.unknown().optional(),
    'option-def': z.array(OptionDef).default([]),
    subnet4: z.array(Subnet4).default([]),
    reservations: z.array(Host).default([]),
  }),
});

const emptyConf = `// Configuration of kea-dhcp4, begun by mkdhcpserver.
{
    "Dhcp4": {
    }
}
`;

function read({ text, file }: Configuration): z.infer<typeof KeaConf>['Dhcp4'] {
  const result = KeaConf.safeParse(valueOf(parseJsonc(text, file)));
  if (result.success) return result.data.Dhcp4;
  const issue = result.error.issues[0];
  throw new UserError(
    `${file} is no configuration of kea-dhcp4: ${issue?.path.join('.')}: ${issue?.message}`,
    'Ask Kea itself: kea-dhcp4 -t FILE.',
  );
}

function networkIn(text: string): { network: string; prefixLength: number } {
  const [network = '', length = ''] = text.split('/');
  return { network, prefixLength: parseNetmask(length) ?? 32 };
}

const hexOf = (number: number) => `0x${number.toString(16).padStart(4, '0')}`;

/** Classes are for all networks of a server; with an interface they are limited to the machines behind it. */
function classesOf(subnet: Subnet) {
  const { imageServer } = subnet;
  const only = subnet.interface === undefined ? '' : `pkt.iface == '${subnet.interface}' and `;
  const nameOf = (tag: string) => `systemimager-${tag}-${subnet.network}`;
  const boot = (file: string, options: { name: string; data: string }[] = []) => ({
    'next-server': imageServer,
    'boot-file-name': file,
    // A site's own boot-file-name for all machines would beat the field of the same name.
    'option-data': [{ name: 'boot-file-name', data: file }, ...options],
    ...ours,
  });
  const ipxe = nameOf('ipxe');
  return [
    { name: ipxe, test: `${only}(option[77].hex == 'iPXE' or option[175].exists)`, ...boot(ipxeScript(subnet)) },
    ...bootClients(subnet).map(({ tag, numbers, bootFile, byHttp }) => {
      const tests = numbers.map((number) => `substring(option[93].hex, 0, 2) == ${hexOf(number)}`).join(' or ');
      // UEFI that boots by HTTP wants its own vendor class back (UEFI specification, 24.7).
      const options = byHttp ? [{ name: 'vendor-class-identifier', data: 'HTTPClient' }] : [];
      return { name: nameOf(tag), test: `${only}not member('${ipxe}') and (${tests})`, ...boot(bootFile, options) };
    }),
  ];
}

function subnetItem(subnet: Subnet, id: number, reservations: unknown[]) {
  const option = (name: string, data: string | undefined) =>
    data === undefined || data === '' ? [] : [{ name, data }];
  return {
    id,
    subnet: printNetwork(subnet),
    pools: [{ pool: `${printIpv4(subnet.range.first)} - ${printIpv4(subnet.range.last)}` }],
    authoritative: true,
    // Firmware, BOEL and the installed system name themselves differently: the MAC alone says who a machine is.
    'match-client-id': false,
    'valid-lifetime': subnet.leaseSeconds,
    // As RFC 2131 section 4.4.5 has them; those of other networks may be longer than our lease.
    'renew-timer': Math.floor(subnet.leaseSeconds / 2),
    'rebind-timer': Math.floor((subnet.leaseSeconds * 7) / 8),
    'option-data': [
      ...option('routers', subnet.router),
      ...option('domain-name', subnet.domain),
      ...option('domain-name-servers', subnet.dns.join(', ')),
      { name: 'systemimager-server', data: subnet.imageServer },
    ],
    ...(reservations.length > 0 ? { reservations } : {}),
    ...ours,
  };
}

/** Kea answers on no interface where it is told none, as in Debian's file. */
function interfacesWith(subnet: Subnet, now: readonly string[]): readonly string[] {
  const wished = subnet.interface ?? '*';
  const isThere = now.some((one) => one === '*' || one.split('/')[0] === wished);
  return isThere || (now.length > 0 && wished === '*') ? now : [...now, wished];
}

const nameKey = { keyOf: (item: unknown) => z.looseObject({ name: z.string() }).parse(item).name, isOurs };

/** Kea numbers networks without an id from 1 on. */
const freeId = (all: readonly { id?: number | undefined }[]) =>
  Math.max(all.length, ...all.map((one) => one.id ?? 0)) + 1;

function withSubnet(configuration: Configuration, subnet: Subnet): string {
  const start = configuration.text.trim() === '' ? { ...configuration, text: emptyConf } : configuration;
  const conf = read(start);
  const foreign = conf.subnet4.filter((one) => !isOurs(one));
  refuseOverlap(
    subnet,
    foreign.map((one) => networkIn(one.subnet)),
    start.file,
  );
  const taken = conf['option-def'].find(
    (one) => one.code === imageServerOption && one.space === 'dhcp4' && !isOurs(one),
  );
  if (taken)
    throw new UserError(
      `${start.file} uses option ${imageServerOption}, which machines ask for the image server, for something else`,
      'Give that another number; 224 to 254 are free for sites (RFC 3942).',
    );
  const there = conf.subnet4.find((one) => isOurs(one) && one.subnet === printNetwork(subnet));
  const id = there?.id ?? freeId(conf.subnet4);
  const definition = { name: 'systemimager-server', code: imageServerOption, type: 'string', space: 'dhcp4', ...ours };
  const others = conf.subnet4.filter((one) => isOurs(one) && one !== there);
  const keptClasses = classesNow(start).filter((one) => !one.name.endsWith(`-${subnet.network}`));

  let { text } = start;
  const now = () => ({ ...start, text });
  const interfaces = interfacesWith(subnet, conf['interfaces-config']?.interfaces ?? []);
  if (!conf['interfaces-config']) text = withMember(now(), ['Dhcp4'], 'interfaces-config', { interfaces });
  else text = withMember(now(), ['Dhcp4', 'interfaces-config'], 'interfaces', interfaces);
  if (conf['lease-database'] === undefined)
    text = withMember(now(), ['Dhcp4'], 'lease-database', { type: 'memfile', persist: true, 'lfc-interval': 3600 });
  text = withItems(now(), ['Dhcp4', 'option-def'], [definition], nameKey);
  text = withItems(now(), ['Dhcp4', 'client-classes'], [...keptClasses, ...classesOf(subnet)], nameKey);
  const item = subnetItem(subnet, id, there?.reservations ?? []);
  return withItems(now(), ['Dhcp4', 'subnet4'], [...others, item], {
    keyOf: (one) => Subnet4.parse(one).subnet,
    isOurs,
  });
}

/** Our classes as they stand. */
function classesNow(configuration: Configuration) {
  const Classes = z.looseObject({ 'client-classes': z.array(z.looseObject({ name: z.string() })).default([]) });
  return Classes.parse(read(configuration))['client-classes'].filter(isOurs);
}

function withReservations(configuration: Configuration, reservations: readonly Reservation[]): string {
  const { subnet4 } = read(configuration);
  const isIn = (address: string, text: string) => {
    const { network, prefixLength } = networkIn(text);
    return printIpv4(networkOf(parseIpv4(address) ?? 0, prefixLength)) === network;
  };
  const homeless = reservations.find(({ address }) => !subnet4.some((one) => isIn(address, one.subnet)));
  if (homeless)
    throw new UserError(
      `${configuration.file} has no network for ${homeless.address}`,
      'Make it known by mkdhcpserver first.',
    );
  return subnet4.reduce((text, one, at) => {
    const items = reservations
      .filter(({ address }) => isIn(address, one.subnet))
      .map(({ mac, address, name }) => {
        const hostname = name === undefined ? {} : { hostname: name.split('.')[0] };
        return { 'hw-address': mac, 'ip-address': address, ...hostname, ...ours };
      });
    return withItems({ ...configuration, text }, ['Dhcp4', 'subnet4', at, 'reservations'], items, {
      keyOf: (item) => Host.parse(item)['hw-address'] ?? '',
      isOurs,
    });
  }, configuration.text);
}

/** Kea's DHCPv4 server: JSON with comments. Kea Administrator Reference Manual, "The DHCPv4 Server". */
export const kea: DhcpKind = {
  name: 'kea',
  title: 'Kea',
  installed: '/usr/sbin/kea-dhcp4',
  needsLeaseFile: false,
  program: '/usr/sbin/kea-dhcp4',
  unit: 'kea-dhcp4-server',
  configurations: ['/etc/kea/kea-dhcp4.conf', '/usr/local/etc/kea/kea-dhcp4.conf'],
  leaseFiles: ['/var/lib/kea/kea-leases4.csv', '/usr/local/var/lib/kea/kea-leases4.csv'],
  // The clean-up of lease files leaves these (Kea ARM, "Why Is Lease File Cleanup Necessary?").
  olderLeases: ['.2', '.1', '.completed'],
  looksUpNames: false,
  needsSubnet: true,
  check: (file) => ['kea-dhcp4', '-t', file],
  isOurs: (configuration) => configuration.text.trim() !== '' && read(configuration).subnet4.some(isOurs),
  withSubnet: async (configuration, subnet) => withSubnet(configuration, subnet),
  remarks(configuration, subnet) {
    const conf = configuration.text.trim() === '' ? undefined : read(configuration);
    const others = conf?.subnet4.filter((one) => !isOurs(one)) ?? [];
    if (others.length === 0 || subnet.interface !== undefined) return [];
    return [
      `machines of ${others.map((one) => one.subnet).join(', ')} get these boot files too: --interface limits them to one interface`,
    ];
  },
  reserved(configuration) {
    const { subnet4, reservations } = read(configuration);
    return [...reservations, ...subnet4.flatMap((one) => one.reservations ?? [])].flatMap((one) => {
      const mac = parseMac(one['hw-address'] ?? '');
      const name = one.hostname;
      return mac === undefined
        ? []
        : [{ mac, address: one['ip-address'] ?? '', isOurs: isOurs(one), ...(name ? { name } : {}) }];
    });
  },
  withReservations,
  isLeaseFile: isKeaLeaseFile,
  parseLeases: parseKeaLeases,
};
