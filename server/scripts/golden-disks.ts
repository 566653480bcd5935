import { diskOrigin, type DiskOrigin, originOf } from '../../common/model/disk-origin.ts';
import { type DiskWish, isExtended, type PartWish } from '../../common/model/layout.ts';
import { partType } from '../../common/model/layout/part-type.ts';
import { isNeeded } from '../../common/model/needed.ts';
import { arraysOf } from '../../common/model/md-array.ts';
import { isPassing } from '../../common/model/disk-origin.ts';
import type { FlatDevice } from '../../common/model/storage.ts';
import { UserError } from '../../common/system/errors.ts';
import type { Golden } from './golden.ts';
import type { Contents } from './golden-contents.ts';
import type { Uses } from './golden-use.ts';

/** The disks of the golden client, and which of them a script has. */
export type GoldenDisks = {
  /** Disks with a partition table. */
  partitioned: DiskWish[];
  /** Disks that are in use as a whole: a script gives each a table with one partition. */
  whole: DiskWish[];
  /** Why other disks are not in the script; the words follow their names. */
  leftOut: Map<string, string>;
  /** Disks in the script that no machine takes by itself, and what they are. */
  foreign: Map<string, string>;
};

/** Chooses the disks; UserError if a disk is in use whose table no script can say. */
export function chooseDisks(golden: Golden, uses: Uses, contents: Contents): GoldenDisks {
  const { devices } = golden;
  const known = new Map(devices.map((one) => [one.path, one]));
  const leftOut = new Map<string, string>();
  const foreign = new Map<string, string>();
  const asWhole = wholeNames(golden, uses, contents);
  /** Leaves the disk out if other machines have no such disk, or if its content would be lost there. */
  const isOurs = (name: string): boolean => {
    const origin = originBy(name, known.get(name), golden);
    const isUsed = uses.of(name).some((use) => use.isNeeded) && !isPassing(name);
    const lost = contents.whyNothing(name);
    if (origin.kind !== 'own' && !isUsed) leftOut.set(name, ` (${origin.why})`);
    else if (lost !== undefined) leftOut.set(name, `, ${lost}`);
    else if (origin.kind !== 'own') foreign.set(name, origin.why);
    return !leftOut.has(name);
  };
  for (const { name, problem } of golden.unreadable ?? [])
    if (!asWhole.has(name) && isOurs(name)) leftOut.set(name, unlessUsed(name, problem, uses));
  const partitioned: DiskWish[] = [];
  for (const disk of golden.disks) {
    if (asWhole.has(disk.name) || !isOurs(disk.name)) continue;
    const problem = beyondEnd(disk, known.get(disk.name));
    if (problem !== undefined) leftOut.set(disk.name, unlessUsed(disk.name, problem, uses));
    else if (disk.parts.length === 0) leftOut.set(disk.name, ', which has no partition');
    else partitioned.push(disk);
  }
  const whole = devices.filter((one) => asWhole.has(one.path) && isOurs(one.path)).map(asDisk);
  const hasTable = (name: string) => [...golden.disks, ...(golden.unreadable ?? [])].some((disk) => disk.name === name);
  for (const one of devices) {
    const isSpare = originOf(one, devices) !== undefined && !asWhole.has(one.path) && !hasTable(one.path);
    if (isSpare) isOurs(one.path);
  }
  return { partitioned, whole, leftOut, foreign };
}

/** The origin of a device; a device that lsblk(8) calls no disk was made by the machine itself. */
function originBy(name: string, known: FlatDevice | undefined, { devices }: Golden): DiskOrigin {
  if (!known) return diskOrigin({ name: name.slice('/dev/'.length) });
  return originOf(known, devices) ?? { kind: 'made', why: 'no disk of its own' };
}

/** The problem, if nothing of the disk is in use; else UserError. */
function unlessUsed(name: string, problem: string, uses: Uses): string {
  const [use] = uses.of(name);
  if (use === undefined) return `, whose partition table no script can say: ${problem}`;
  throw new UserError(
    `the partition table of ${name}, which ${use.what}, cannot be said by a script: ${problem}`,
    `Mend the table on the golden client with sfdisk(8) and run prepareclient again; with --exclude-disk ${name} where other machines need nothing of it. Or write the script by hand: docs/layout.md shows every key.`,
  );
}

/** Bytes that are no real table, as a boot sector of NTFS, name places that the disk does not have. */
function beyondEnd({ parts }: DiskWish, known: FlatDevice | undefined): string | undefined {
  const bytes = known?.size ?? 0;
  const end = (part: PartWish) => (part.startBytes ?? 0) + (part.sizeBytes ?? 0);
  // Old kernels rounded the size of a disk down to whole cylinders.
  const beyond = bytes > 0 ? parts.find((part) => !isExtended(part) && end(part) > bytes + cylinderBytes) : undefined;
  return beyond && `partition ${beyond.number} ends behind the disk's end`;
}
/** 255 heads of 63 sectors. */
const cylinderBytes = 255 * 63 * 512;

/**
 * Disks without a partition table that hold a member of something, swap, or a filesystem that fstab or a unit mounts at each start. A
 * filesystem that somebody mounted by hand belongs to no layout.
 */
function wholeNames({ devices, disks, mounted, fstab, storage }: Golden, uses: Uses, contents: Contents): Set<string> {
  const dirs = new Set(fstab.map((line) => line.dir));
  const members = new Set([
    ...(storage.lvm?.pvs ?? []).map((pv) => pv.pv_name),
    ...arraysOf(storage).flatMap((array) => array.members.map((one) => one.device)),
  ]);
  const isWhole = ({ path, fstype = '' }: FlatDevice) => {
    if (mounted.some(({ device, dir }) => device === path && (dirs.has(dir) || isNeeded(dir, undefined)))) return true;
    const hasTable = disks.some((disk) => disk.name === path && disk.parts.length > 0);
    if (hasTable) return members.has(path) && uses.of(path).length > 0;
    return (members.has(path) || fstype in typeOf) && contents.ofDevice(path) === undefined;
  };
  return new Set(devices.filter((one) => originOf(one, devices) !== undefined && isWhole(one)).map((one) => one.path));
}

const typeOf = { LVM2_member: 'lvm', linux_raid_member: 'raid', swap: 'swap' } as const;

function asDisk({ path: name, fstype, size }: FlatDevice): DiskWish {
  const label = 'gpt';
  const part: PartWish = {
    line: 0,
    number: 1,
    type: partType(typeOf[fstype as keyof typeof typeOf] ?? 'linux', label),
    bootable: false,
    keep: false,
    sizeBytes: size || undefined,
  };
  return { line: 0, name, label, parts: [part] };
}
