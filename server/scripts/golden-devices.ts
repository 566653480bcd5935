import { isOfGroup, isSameBtrfs, whyNot } from '../../common/model/golden-kinds.ts';
import { type DiskWish, partName, type RaidWish, volumeName } from '../../common/model/layout.ts';
import { arraysOf } from '../../common/model/md-array.ts';
import type { Golden } from './golden.ts';
import { type Contents, readContents } from './golden-contents.ts';
import { chooseDisks } from './golden-disks.ts';
import { addDevice, findGroups, findRaids, type Found, type GoldenDevice, type GoldenGroup } from './golden-stacks.ts';
import { readUses } from './golden-use.ts';
import { mapperNode } from '../../common/model/device-names.ts';

/** All devices on the golden client's disks. */
export type GoldenDevices = {
  disks: DiskWish[];
  raids: RaidWish[];
  groups: GoldenGroup[];
  devices: Map<string, GoldenDevice>;
  /** Why a device cannot be made again, as the end of a sentence about it. */
  refused: Map<string, string>;
  /** A device's name in the script, from any of its names in mounted_filesystems, fstab or the output of tools. */
  nameOf: (device: string) => string;
  remarks: string[];
  contents: Contents;
};

/** Finds partitions, arrays and logical volumes, and which of them cannot be made again. */
export function goldenDevices(golden: Golden): GoldenDevices {
  const uses = readUses(golden);
  const contents = readContents(golden, uses);
  const { partitioned, whole, leftOut, foreign } = chooseDisks(golden, uses, contents);
  const remarks = diskRemarks(golden, { whole, leftOut, foreign });
  const disks = [...withoutSharedIds(partitioned, remarks), ...whole];
  const known = new Map(golden.devices.map((one) => [one.path, one]));
  const aliases = aliasesOf(golden, whole);
  const nameOf = (device: string) => aliases.get(device) ?? device;
  const isLeftOut = (device: string) => [...uses.below(device)].some((one) => leftOut.has(one));
  const [devices, refused] = [new Map<string, GoldenDevice>(), new Map<string, string>()];
  const found: Found = { golden, uses, known, devices, refused, remarks, nameOf, isLeftOut };

  for (const disk of disks)
    for (const part of disk.parts.toSorted((a, b) => a.number - b.number)) {
      const name = partName(disk.name, part.number);
      const path = whole.includes(disk) ? disk.name : name;
      addDevice(found, name, path, { sizeBytes: part.sizeBytes ?? 0, disk, part });
    }
  const lvmGroups = (golden.storage.lvm?.vgs ?? []).map((one) => one.vg_name);
  for (const one of golden.devices) {
    const isTold = isLeftOut(one.path) || isOfGroup(one.path, lvmGroups);
    const why = isTold ? undefined : whyNot(one, known);
    if (why !== undefined && !devices.has(nameOf(one.path))) refused.set(nameOf(one.path), why);
  }
  const raids = findRaids(found);
  const groups = findGroups(found);
  for (const [device, { known: one }] of devices) {
    // A snapshot of a logical volume has the same UUID, and is no part of the filesystem.
    const others = golden.devices.filter(
      (other) =>
        other.path !== one?.path &&
        isSameBtrfs(one, other) &&
        (other.type !== 'lvm' || devices.has(nameOf(other.path))),
    );
    if (others.length > 0)
      refused.set(device, `is one btrfs with ${others.map(({ path }) => nameOf(path)).join(' and ')}`);
  }
  return { disks, raids, groups, devices, refused, nameOf, remarks, contents };
}

/** Remarks on disks that are made differently than they were, or not at all. */
function diskRemarks(golden: Golden, { whole, leftOut, foreign }: Omit<ReturnType<typeof chooseDisks>, 'partitioned'>) {
  const hasTable = (name: string) => golden.disks.some((disk) => disk.name === name && disk.parts.length > 0);
  return [
    ...whole.map(({ name }) => {
      const what = hasTable(name) ? 'is in use as a whole' : 'has no partition table';
      return `${name} ${what} on the golden client: here the disk gets a table with one partition`;
    }),
    ...[...Map.groupBy(leftOut.keys(), (name) => leftOut.get(name))].map(
      ([why, names]) => `Not in the layout: ${names.join(', ')}${why}`,
    ),
    ...[...foreign].map(
      ([name, what]) => `${name} is ${what}: a machine uses such a disk only if --match or DISKS names the disk`,
    ),
  ];
}

/** Removes identifiers that a copied table brought along from another disk; on other machines, the copy gets its own. */
function withoutSharedIds(disks: readonly DiskWish[], remarks: string[]): DiskWish[] {
  const seen = new Set<string>();
  const isShared = (id: string | undefined) => {
    const isKnown = id !== undefined && seen.has(id);
    if (id !== undefined) seen.add(id);
    return isKnown;
  };
  return disks.map((disk) => {
    const copy = structuredClone(disk);
    if (isShared(copy.labelId)) delete copy.labelId;
    for (const part of copy.parts) if (isShared(part.uuid)) delete part.uuid;
    const isCopied = copy.labelId !== disk.labelId || copy.parts.some((part, at) => part.uuid !== disk.parts[at]?.uuid);
    if (isCopied)
      remarks.push(
        `${disk.name} has identifiers of another disk of the golden client: the disk gets its own identifiers here`,
      );
    return copy;
  });
}

/** Other names of devices in a script: of volumes in /dev/mapper, of arrays in /dev/md, of whole disks. */
function aliasesOf(golden: Golden, whole: readonly DiskWish[]): Map<string, string> {
  const aliases = new Map(whole.map((disk) => [disk.name, partName(disk.name, 1)]));
  for (const { device, name } of arraysOf(golden.storage)) {
    const short = name?.split(':').at(-1);
    if (short) aliases.set(`/dev/md/${short}`, device);
  }
  for (const { vg_name: group, lv_name: volume } of golden.storage.lvm?.lvs ?? [])
    aliases.set(mapperNode(group, volume), volumeName(group, volume));
  return aliases;
}
