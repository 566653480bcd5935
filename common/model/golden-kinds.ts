import { mapperNode } from './device-names.ts';
import type { RaidLevel, RaidWish } from './layout.ts';
import type { MdArray } from './md-array.ts';
import type { FlatDevice, Lvm } from './storage.ts';

/** Why no section of a layout makes a device that lsblk shows. Each reason is the end of a sentence about the device. */
export function whyNot(device: FlatDevice, known: ReadonlyMap<string, FlatDevice>): string | undefined {
  const [parent = 'a disk'] = device.parents;
  if (device.type === 'crypt') {
    const luks = known.get(parent)?.fstype === 'crypto_LUKS' ? 'LUKS, ' : '';
    return `is encrypted (${luks}on ${parent})`;
  }
  if (device.type === 'mpath') return 'is a disk with several paths (multipath)';
  const below = known.get(parent);
  if (device.type === 'part' && below) {
    if (/^(raid|md|linear)/.test(below.type ?? '')) return `is a partition of the array ${parent}`;
    if (below.type === 'lvm') return `is a partition of the volume ${parent}`;
    const why = whyNot(below, known);
    return why && `is a partition of ${parent}, which ${why}`;
  }
  if (device.type === 'disk' && device.parents.length > 0)
    return `stands on ${device.parents.join(' and ')}, as bcache and DRBD do`;
  // lsblk(8) names others by what their makers put before the UUID: dmraid, stratis, vdo.
  const isMapped = device.type !== 'part' && device.path.startsWith('/dev/mapper/');
  return isMapped || device.type === 'lvm' || device.type === 'dm'
    ? 'is a device-mapper volume that LVM does not report'
    : undefined;
}

/** True for the node of a volume in one of these groups, and for what LVM puts below it, as vg-root_corig. */
export const isOfGroup = (path: string, groups: readonly string[]): boolean =>
  groups.some((group) => {
    const start = mapperNode(group, '');
    return path.startsWith(start) && path[start.length] !== '-';
  });

/** Words for the kinds of logical volumes that are not linear (lvs(8), segtype). */
const kinds: [RegExp, string][] = [
  [/^thin-pool$/, 'is a thin pool'],
  [/^thin$/, 'is a thin volume'],
  [/^(write)?cache/, 'is a cached volume'],
  [/^striped$/, 'is striped'],
  [/^(mirror|raid)/, 'is a mirror or RAID inside of LVM'],
];

/** Why a layout cannot make a logical volume; `segments` are the volume's rows of lvs(8). Undefined for a linear volume. */
export function notLinear(segments: Lvm['lvs']): string | undefined {
  const [first] = segments;
  if (first && /^s/i.test(first.lv_attr)) return `is a snapshot of ${first.origin}`;
  const odd = segments.find(
    ({ segtype, stripes }) => segtype !== 'linear' && !(segtype === 'striped' && stripes === 1),
  );
  return (
    odd && (kinds.find(([pattern]) => pattern.test(odd.segtype))?.[1] ?? `is of the kind ${odd.segtype || unsaid}`)
  );
}

/** In place of a fact that a tool did not tell of a device. */
const unsaid = '(not told)';
const isArrayUuid = /^[0-9a-f]{8}(:[0-9a-f]{8}){3}$/i;

/** True for the name that pvs(8) gives to a missing physical volume. */
export const isMissingPv = (name: string): boolean => /^(\[unknown\]|unknown device)/.test(name);

/** Why nothing in a volume group is made again when one of its physical volumes is missing. */
export const onMissingPv = 'lies on a physical volume that is missing';

const levels: Record<string, RaidLevel> = { raid0: 0, raid1: 1, raid5: 5, raid6: 6, raid10: 10, linear: 'linear' };

/** The array in the words of a layout, or why a layout cannot make the array. */
export function raidOf(array: MdArray, nameOf: (device: string) => string): RaidWish | string {
  const level = levels[array.level];
  const metadata = array.metadata.startsWith('0.9') ? '0.90' : array.metadata;
  if (level === undefined) return `is an array of level ${array.level || unsaid}`;
  if (!['0.90', '1.0', '1.1', '1.2'].includes(metadata)) return `is an array with metadata of ${metadata || unsaid}`;
  const named = (isSpare: boolean) =>
    array.members.filter((one) => one.isSpare === isSpare).map((one) => nameOf(one.device));
  const [active, spares] = [named(false), named(true)];
  if (active.length < array.devices && !(level === 1 && active.length > 0))
    return `lacks ${array.devices - active.length} of its ${array.devices} members`;
  const copies = array.copies === 'n2' ? undefined : array.copies;
  const hasChunk = level !== 1 && level !== 'linear' && array.chunkBytes;
  return {
    line: 0,
    name: array.device,
    level,
    devices: active,
    spares: spares.length > 0 ? spares : undefined,
    uuid: isArrayUuid.test(array.uuid ?? '') ? array.uuid : undefined,
    metadata,
    chunkBytes: hasChunk || undefined,
    copies,
  };
}

/** A btrfs over several devices shows its UUID on each (btrfs(5)). */
export const isSameBtrfs = (one: FlatDevice | undefined, other: FlatDevice | undefined) =>
  one?.fstype === 'btrfs' && Boolean(one.uuid) && one.uuid === other?.uuid;
