import { fitsType, isBind, namesDevice, specTag, subvolumeOf } from '../../common/model/layout/mount-spec.ts';
import { type MountWish, partUuid } from '../../common/model/layout.ts';
import { isOptional } from '../../common/model/needed.ts';
import { isVirtualDisk } from '../../common/model/disk-origin.ts';
import { type Golden, mountAt } from './golden.ts';
import type { GoldenDevices } from './golden-devices.ts';
import { namedBy } from './golden-use.ts';
import type { Used } from './golden-sizes.ts';

/**
 * A line of the golden client's fstab, and which device in use it means; undefined where it is none of them. `holds` is the type of a
 * device that the line names, and by another type.
 */
export type FstabLine = { line: MountWish; used?: Used; holds?: string };

/** True where the line's first field is the device's name or one of its tags, whatever is mounted. */
function means({ spec }: MountWish, device: string, { nameOf, devices }: GoldenDevices): boolean {
  const { known, disk, part } = devices.get(device) ?? {};
  const found = specTag(spec);
  if (!found) return nameOf(spec) === device;
  const own = {
    UUID: known?.uuid,
    LABEL: known?.label,
    PARTLABEL: part?.name,
    PARTUUID: disk && part && partUuid(disk, part),
    ID: undefined,
  }[found.tag];
  return found.tag.endsWith('UUID') ? own?.toLowerCase() === found.value.toLowerCase() : own === found.value;
}

/** True for a line that needs a block device: by its own words, or because the golden client knows the name as one. */
const needsDevice = (line: MountWish, golden: Golden, { nameOf, devices }: GoldenDevices): boolean =>
  namesDevice(line) ||
  (!isVirtualDisk(line.spec) &&
    !isBind(line.options) &&
    (devices.has(nameOf(line.spec)) || golden.devices.some((one) => one.path === line.spec)));

/** What is seen on the line's directory, where no bind mount and no other filesystem lies there. */
function mountedOn(line: MountWish, golden: Golden, found: GoldenDevices): string | undefined {
  const mount = needsDevice(line, golden, found) ? mountAt(golden, line.dir) : undefined;
  return mount && found.nameOf(mount.device);
}

/**
 * The device of a line: the one that it says, of several of that name the one that was mounted there. udev has names that nobody
 * wrote down, and a node may have been called otherwise: then what was seen there, unless another line says that.
 */
function deviceOf(line: MountWish, golden: Golden, found: GoldenDevices, all: readonly Used[]): Used | undefined {
  const meant = isBind(line.options) ? [] : all.filter((one) => means(line, one.device, found));
  const wasThere = meant.find((one) =>
    golden.mounted.some(({ dir, device }) => dir === line.dir && found.nameOf(device) === one.device),
  );
  const seen = all.find((one) => one.device === mountedOn(line, golden, found));
  const isOthers =
    seen !== undefined &&
    golden.fstab.some((one) => one !== line && one.dir === line.dir && means(one, seen.device, found));
  const isNode = specTag(line.spec) === undefined;
  // The kernel's command line says what the root is, and no line of fstab need be true of it.
  if (line.dir === '/' && seen) return seen;
  return wasThere ?? (isNode && !isOthers ? seen : undefined) ?? meant[0] ?? seen;
}

/**
 * Finds out which device each line means: by what it says, by what was mounted there, by another line with the same name, or as the only
 * swap there is. A line of another type than the device's is none of its, but where it is
 * mounted: the kernel and systemd mount the root whatever type is said.
 */
export function readLines(golden: Golden, found: GoldenDevices, all: readonly Used[]): FstabLine[] {
  const bySpec = new Map<string, Used>();
  for (const line of golden.fstab) {
    const used = deviceOf(line, golden, found, all);
    if (used && !bySpec.has(line.spec)) bySpec.set(line.spec, used);
  }
  const swaps = golden.fstab.filter((line) => line.type === 'swap' && needsDevice(line, golden, found));
  const areas = all.filter((one) => one.type === 'swap');
  const [swap] = swaps;
  if (swap && areas[0] && swaps.length === 1 && areas.length === 1 && !bySpec.has(swap.spec))
    bySpec.set(swap.spec, areas[0]);
  const lines = golden.fstab.map((line): FstabLine => {
    const used = isBind(line.options) ? undefined : bySpec.get(line.spec);
    const isRight = used && (fitsType(line.type, used.type) || mountedOn(line, golden, found) === used.device);
    return isRight ? { line, used } : used ? { line, holds: used.type } : { line };
  });
  // Of several lines for one directory, the installation takes the first.
  const isSeen = ({ line, used }: FstabLine) => used !== undefined && mountedOn(line, golden, found) === used.device;
  const isHidden = (one: FstabLine) =>
    one.used !== undefined && !isSeen(one) && lines.some((other) => other.line.dir === one.line.dir && isSeen(other));
  return [...lines.filter((one) => !isHidden(one)), ...lines.filter(isHidden)];
}

/** A subvolume's number is drawn by the filesystem; only the top has the same everywhere (btrfs(5)). */
function withoutSubvolumeId(line: MountWish, golden: Golden): MountWish {
  const words = line.options.split(',').filter((word) => !/^subvolid=(?!0*[05]$)/.test(word));
  const isGone = words.length < line.options.split(',').length;
  const shown = subvolumeOf(mountAt(golden, line.dir)?.options ?? '');
  const path = isGone && subvolumeOf(line.options) === undefined && shown ? [`subvol=/${shown}`] : [];
  return { ...line, options: [...words, ...path].join(',') || 'defaults' };
}

/** Options that name a second device of the filesystem: what is made here has its journal and all else inside (ext4(5), xfs(5)). */
const secondDevice = /^(logdev|rtdev|journal_dev|journal_path|jdev|device)=/;

/** The line as the script says it: with a name of the device that holds on other machines, too. */
export function lineForScript({ line, used }: FstabLine, golden: Golden, found: GoldenDevices): MountWish {
  if (used === undefined) return line;
  const isNode = specTag(line.spec) === undefined || line.spec.startsWith('/dev/');
  const isVolume = line.spec.startsWith('/dev/mapper/') && found.nameOf(line.spec) === used.device;
  const keepsTag = line.spec.isWellFormed() && (isOnly(line, used, found) || isUnknown(line, used, found));
  const keepsSpec = isNode ? isVolume : keepsTag;
  const spec = keepsSpec ? line.spec : used.device;
  const type = fitsType(line.type, used.type) ? line.type : used.type;
  const words = line.options.split(',').filter((word) => !secondDevice.test(word));
  const named = { ...line, spec, type, options: words.join(',') || 'defaults' };
  return used.type === 'btrfs' ? withoutSubvolumeId(named, golden) : named;
}

/** What the script says otherwise than a line, besides names of devices; or why the line has no place in it. */
export function lineRemarks(one: FstabLine, golden: Golden, found: GoldenDevices): string[] {
  const { line, used } = one;
  const [where, what] = [`Line ${line.line} of fstab`, `${line.spec} on ${line.dir}`];
  const why = whyNot(one, golden, found);
  if (why !== undefined) return [`Not in the layout, for its ${why}: ${what}`];
  if (used === undefined) return [];
  const { type } = lineForScript(one, golden, found);
  const second = line.options.split(',').filter((word) => secondDevice.test(word));
  return [
    ...(type === line.type
      ? []
      : [`${where}, ${what}, says ${line.type}; the filesystem is ${type}, and the script says ${type}`]),
    ...second.map((word) => `${where}, ${what}: without ${word}, for the filesystem is made on one device`),
  ];
}

/** True where the tag means this device and no other of the golden client, as a copied filesystem. */
function isOnly(line: MountWish, used: Used, found: GoldenDevices): boolean {
  const meant = [...found.devices.keys()].filter((device) => means(line, device, found));
  return meant.length === 1 && meant[0] === used.device;
}

/** A tag of which storage.json says nothing is taken for the filesystem's own. */
function isUnknown({ spec }: MountWish, used: Used, { devices }: GoldenDevices): boolean {
  const { known } = devices.get(used.device) ?? {};
  const tag = specTag(spec)?.tag;
  return (tag === 'UUID' && !known?.uuid) || (tag === 'LABEL' && !known?.label);
}

/** Which subvolume a mount gets that names none, where it is not the top: `btrfs subvolume set-default` chose it. */
export function defaultSubvolume(lines: readonly FstabLine[], device: string, golden: Golden): string | undefined {
  for (const { line, used } of lines) {
    if (used?.device !== device || /(^|,)subvol(id)?=/.test(line.options)) continue;
    const shown = subvolumeOf(mountAt(golden, line.dir)?.options ?? '');
    if (shown) return shown;
  }
  return undefined;
}

/** Why a line may not stand in an installed fstab, which would wait for it at each start; as the end of a sentence about its. */
function whyNot({ line, used, holds }: FstabLine, golden: Golden, found: GoldenDevices): string | undefined {
  if (used !== undefined || isOptional(line.options)) return undefined;
  // blkid(8) gives the pool's name as the label of its members.
  const pool = line.type === 'zfs' ? line.spec.split('/')[0] : undefined;
  if (pool !== undefined && golden.devices.some((one) => one.fstype === 'zfs_member' && one.label === pool))
    return `ZFS pool ${pool} is not made again`;
  if (!needsDevice(line, golden, found)) return undefined;
  if (holds !== undefined) return `device is ${holds}, and not ${line.type}`;
  const [there] = namedBy(line.spec, golden).filter((one) => golden.devices.some(({ path }) => path === one));
  return there === undefined ? 'device is unknown' : `device ${there} is not made again`;
}

/** True where the line may stand in an installed fstab: for what the layout makes, or for what is none of its business. */
export const mayStay = (one: FstabLine, golden: Golden, found: GoldenDevices): boolean =>
  whyNot(one, golden, found) === undefined;
