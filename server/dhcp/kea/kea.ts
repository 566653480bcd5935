import { firstLabel } from '../../../common/model/names.ts';
import { z } from 'zod';
import { networkOf, parseIpv4 } from '../../../common/model/ipv4.ts';
import { imageServerOption } from '../boot-clients.ts';
import type { Configuration, DhcpKind, Reservation } from '../kind.ts';
import { rangeOf, refuseOverlap, refuseTakenOption } from '../refusals.ts';
import { printNetwork, type Subnet } from '../subnet.ts';
import { Host, isOurs, networkIn, ours, readConf, Subnet4, subnetsOf } from './conf.ts';
import { withItems, withMember } from './edit.ts';
import { includesIn } from './included.ts';
import { classesOf, subnetItem } from './items.ts';
import { isKeaLeaseFile, parseKeaLeases } from './leases.ts';
import { reservedIn, unseenReservations } from './reservations.ts';

const emptyConf = `// Configuration of kea-dhcp4, begun by mkdhcpserver.
{
    "Dhcp4": {
    }
}
`;

/** Kea answers on no interface unless its configuration names one; Debian's file names none. */
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
  const conf = readConf(start);
  const foreign = subnetsOf(conf).filter((one) => !isOurs(one));
  refuseOverlap(
    subnet,
    foreign.map((one) => rangeOf(networkIn(one.subnet))),
    start.file,
  );
  const taken = conf['option-def'].find(
    (one) => one.code === imageServerOption && one.space === 'dhcp4' && !isOurs(one),
  );
  refuseTakenOption(taken !== undefined, start.file);
  const there = conf.subnet4.find((one) => isOurs(one) && one.subnet === printNetwork(subnet));
  const id = there?.id ?? freeId(subnetsOf(conf));
  const definition = { name: 'systemimager-server', code: imageServerOption, type: 'string', space: 'dhcp4', ...ours };
  const others = conf.subnet4.filter((one) => isOurs(one) && one !== there);
  const keptClasses = conf['client-classes'].filter((one) => isOurs(one) && !one.name.endsWith(`-${subnet.network}`));

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

function isIn(address: string, subnet: string): boolean {
  const { network, prefixLength } = networkIn(subnet);
  const networkAt = (text: string) => networkOf(parseIpv4(text) ?? 0, prefixLength);
  return networkAt(address) === networkAt(network);
}

function withReservations(configuration: Configuration, reservations: readonly Reservation[]): string {
  return subnetsOf(readConf(configuration)).reduce((text, { subnet, way }) => {
    const items = reservations
      .filter(({ address }) => isIn(address, subnet))
      .map(({ mac, address, name }) => {
        const hostname = name === undefined ? {} : { hostname: firstLabel(name) };
        return { 'hw-address': mac, 'ip-address': address, ...hostname, ...ours };
      });
    return withItems({ ...configuration, text }, [...way, 'reservations'], items, {
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
  reservesInLeases: false,
  // Files that the clean-up of lease files leaves; right after a clean-up, its result replaces the others (Kea ARM, "Why Is Lease
  // File Cleanup Necessary?").
  olderLeases: [['.completed'], ['.2', '.1']],
  looksUpNames: false,
  needsSubnet: true,
  check: (file) => ['kea-dhcp4', '-t', file],
  checked: ({ text }) => text,
  first: [],
  includes: ({ text }) => includesIn(text).map(({ at }) => ({ at })),
  isOurs: (configuration) => configuration.text.trim() !== '' && readConf(configuration).subnet4.some(isOurs),
  withSubnet: async (configuration, subnet) => withSubnet(configuration, subnet),
  remarks(configuration, subnet) {
    const conf = configuration.text.trim() === '' ? undefined : readConf(configuration);
    const others = conf ? subnetsOf(conf).filter((one) => !isOurs(one)) : [];
    if (others.length === 0 || subnet.interface !== undefined) return [];
    return [
      `machines of ${others.map((one) => one.subnet).join(', ')} get these boot files too: --interface limits them to one interface`,
    ];
  },
  serves(configuration) {
    const subnets = subnetsOf(readConf(configuration));
    return (ip) => subnets.some((one) => isIn(ip, one.subnet));
  },
  reserved: reservedIn,
  unseen: unseenReservations,
  withReservations,
  isLeaseFile: isKeaLeaseFile,
  parseLeases: parseKeaLeases,
};
