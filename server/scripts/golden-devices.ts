import { isMissingPv, isSameBtrfs, notLinear, onMissingPv, raidOf, whyNot } from '../../common/model/golden-kinds.ts';
import {
  type DiskWish,
  partName,
  type PartWish,
  raidMembers,
  type RaidWish,
  volumeName,
} from '../../common/model/layout.ts';
import { arraysOf } from '../../common/model/md-array.ts';
import type { FlatDevice } from '../../common/model/storage.ts';
import type { Golden } from './golden.ts';
import { type Contents, readContents } from './golden-contents.ts';
import { chooseDisks } from './golden-disks.ts';
import { readUses } from './golden-use.ts';
import { mapperNode } from '../../common/model/device-names.ts';

/** A device of the golden client that a script can make again, by its name in the script. */
export type GoldenDevice = { sizeBytes: number; known?: FlatDevice; disk?: DiskWish; part?: PartWish };

/** A volume group of which every volume in use can be made again; without sizes by the rules of this product. */
export type GoldenGroup = { name: string; devices: string[]; volumes: string[]; isFull: boolean };

/** All that stands on the golden client's disks. */
export type GoldenDevices = {
  disks: DiskWish[];
  raids: RaidWish[];
  groups: GoldenGroup[];
  devices: Map<string, GoldenDevice>;
  /** Why a device cannot be made again, as the end of a sentence about it. */
  refused: Map<string, string>;
  /** A device's name in the script, whatever it is called in mounted_filesystems, fstab or another tool's words. */
  nameOf: (device: string) => string;
  remarks: string[];
  contents: Contents;
};

/** Less than this part of a group is lost by rounding; a group with more was left free on purpose. */
const fullGroup = 0.01;

/** Finds partitions, arrays and logical volumes; on the way, what of them cannot be made again. */
export function goldenDevices(golden: Golden): GoldenDevices {
  const remarks: string[] = [];
  const uses = readUses(golden);
  const contents = readContents(golden, uses);
  const { partitioned, whole, leftOut, foreign } = chooseDisks(golden, uses, contents);
  const hasTable = (name: string) => golden.disks.some((disk) => disk.name === name && disk.parts.length > 0);
  for (const { name } of whole)
    remarks.push(
      `${name} ${hasTable(name) ? 'is in use as a whole' : 'has no partition table'} on the golden client: it gets one here, with one partition`,
    );
  for (const [why, names] of Map.groupBy(leftOut.keys(), (name) => leftOut.get(name)))
    remarks.push(`Not in the layout: ${names.join(', ')}${why}`);
  for (const [name, what] of foreign)
    remarks.push(`${name} is ${what}: no machine takes such a disk by itself, --match or DISKS has to name it`);
  const disks = [...withoutSharedIds(partitioned, remarks), ...whole];
  const known = new Map(golden.devices.map((one) => [one.path, one]));
  const aliases = aliasesOf(golden, whole);
  const nameOf = (device: string) => aliases.get(device) ?? device;
  const devices = new Map<string, GoldenDevice>();
  const refused = new Map<string, string>();
  const add = (name: string, path: string, device: Omit<GoldenDevice, 'known'>) => {
    const found = known.get(path);
    devices.set(name, { ...device, ...(found ? { known: found } : {}) });
  };
  for (const disk of disks)
    for (const part of disk.parts.toSorted((a, b) => a.number - b.number)) {
      const name = partName(disk.name, part.number);
      add(name, whole.includes(disk) ? disk.name : name, { sizeBytes: part.sizeBytes ?? 0, disk, part });
    }
  const isLeftOut = (device: string) => [...uses.below(device)].some((one) => leftOut.has(one));
  for (const one of golden.devices) {
    const why = isLeftOut(one.path) ? undefined : whyNot(one, known);
    if (why !== undefined && !devices.has(nameOf(one.path))) refused.set(nameOf(one.path), why);
  }

  /** What stands on something that is not made again is neither; what stands on a disk that prepareclient left out is as that. */
  const leaveOut = (name: string, below: string) => {
    const why = refused.get(below);
    if (isMissingPv(below)) refused.set(name, onMissingPv);
    else if (why !== undefined) refused.set(name, `lies on ${below}, which ${why}`);
    else if (isLeftOut(below)) remarks.push(`Not made again: ${name} lies on ${below}, which is left out`);
    else remarks.push(`Not made again: ${name} lies on ${below}, of which partitionschemes says nothing`);
  };
  const raids: RaidWish[] = [];
  for (const array of arraysOf(golden.storage)) {
    const wish = raidOf(array, nameOf);
    const stranger = typeof wish === 'string' ? undefined : raidMembers(wish).find((one) => !devices.has(one));
    if (typeof wish === 'string') refused.set(array.device, wish);
    else if (stranger !== undefined) leaveOut(array.device, stranger);
    else {
      raids.push(wish);
      add(array.device, array.device, { sizeBytes: known.get(array.device)?.size ?? 0 });
      if (wish.devices.length < array.devices)
        remarks.push(`${array.device} lacks members on the golden client: it gets ${wish.devices.length} here`);
    }
  }

  const groups: GoldenGroup[] = [];
  const { pvs = [], vgs = [], lvs = [] } = golden.storage.lvm ?? {};
  for (const group of new Set([...vgs, ...lvs].map((one) => one.vg_name))) {
    const bytes = vgs.find((one) => one.vg_name === group)?.vg_size ?? 0;
    const own = pvs.filter((pv) => pv.vg_name === group).map((pv) => pv.pv_name);
    if (own.every((pv) => uses.of(pv).length === 0)) {
      remarks.push(`Not made again: the volume group ${group}, of which nothing is mounted or in fstab`);
      continue;
    }
    const members = own.map(nameOf);
    const stranger = members.find((one) => !devices.has(one));
    const rows = lvs.filter((lv) => lv.vg_name === group);
    const volumes = [...new Set(rows.map((lv) => lv.lv_name).filter((name) => !name.startsWith('[')))];
    for (const volume of volumes) {
      const name = volumeName(group, volume);
      const segments = rows.filter((lv) => lv.lv_name === volume);
      const why = stranger === undefined ? notLinear(segments) : undefined;
      refused.delete(name);
      if (stranger !== undefined) leaveOut(name, stranger);
      else if (why === undefined) add(name, mapperNode(group, volume), { sizeBytes: segments[0]?.lv_size ?? 0 });
      else refused.set(name, why);
    }
    if (stranger !== undefined) continue;
    const made = volumes.filter((volume) => devices.has(volumeName(group, volume)));
    const taken = made.reduce((sum, one) => sum + (devices.get(volumeName(group, one))?.sizeBytes ?? 0), 0);
    groups.push({ name: group, devices: members, volumes: made, isFull: bytes - taken < bytes * fullGroup });
  }
  for (const [device, { known: one }] of devices) {
    const others = [...devices].filter(([name, { known: other }]) => name !== device && isSameBtrfs(one, other));
    if (others.length > 0) refused.set(device, `is one btrfs with ${others.map(([name]) => name).join(' and ')}`);
  }
  return { disks, raids, groups, devices, refused, nameOf, remarks, contents };
}

/** A table that was copied from one disk to another brought its identifiers along; the copy gets its own on other machines. */
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
      remarks.push(`${disk.name} has identifiers of another disk of the golden client: it gets its own here`);
    return copy;
  });
}

/** Other names of what a script names: of volumes in /dev/mapper, of arrays in /dev/md, of whole disks. */
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
