import { isExtended, type Layout, partName, type PartWish, raidMembers } from '../../common/model/layout.ts';
import { partType } from '../../common/model/layout/part-type.ts';
import { mountedLines } from '../../common/model/layout/mount-spec.ts';
import { UserError } from '../../common/system/errors.ts';
import { userOf } from './volumes.ts';

const MiB = 1024 ** 2;

/** grub puts its core image there, which has to be smaller than 1 MiB (GNU GRUB manual, BIOS installation). */
const biosBootBytes = MiB;
/** The least FAT32 on sectors of 4096 bytes: 65525 clusters (Microsoft FAT specification 1.03), and its tables. */
const espBytes = 260 * MiB;

/** The layout with additions for this firmware, and the names of the partitions that were added. */
export type Completed = { layout: Layout; added: Set<string> };

/** A disk's partitions in their order on the disk: by start if all lines have a start, else in the order of the lines. */
export function inDiskOrder(parts: readonly PartWish[]): PartWish[] {
  if (!parts.every((part) => part.startBytes !== undefined)) return [...parts];
  return parts.toSorted((a, b) => (a.startBytes ?? 0) - (b.startBytes ?? 0));
}

/**
 * Adds a BIOS boot partition to each gpt disk that a BIOS will boot from, or an EFI system partition with its filesystem
 * and mount where UEFI finds none. Numbers of the script stay as they are.
 */
export function completeForFirmware(wish: Layout, firmware: 'bios' | 'uefi'): Completed {
  const layout: Layout = {
    ...wish,
    disks: wish.disks.map((disk) => ({ ...disk, parts: inDiskOrder(disk.parts) })),
    filesystems: [...wish.filesystems],
    mounts: [...wish.mounts],
  };
  const added = new Set<string>();
  const boot = bootDisks(layout);
  if (firmware === 'bios')
    for (const disk of layout.disks.filter((one) => one.label === 'gpt' && boot.includes(one.name))) {
      const type = partType('bios boot', 'gpt');
      if (disk.parts.some((part) => part.type === type)) continue;
      const part = newPart(freeNumber(disk.name, disk.parts, 128), biosBootBytes, type);
      disk.parts.unshift(part);
      added.add(partName(disk.name, part.number));
    }
  else addEsp(layout, boot, added);
  return { layout, added };
}

function addEsp(layout: Layout, boot: readonly string[], added: Set<string>): void {
  const line = 0;
  let device = layout.disks
    .flatMap((disk) => disk.parts.map((part) => ({ name: partName(disk.name, part.number), part, disk })))
    .find(({ part, disk }) => part.type === partType('uefi', disk.label))?.name;
  if (device === undefined) {
    const disk = layout.disks.find((one) => one.name === boot[0]) ?? layout.disks[0];
    if (!disk) return;
    const part = newPart(
      freeNumber(disk.name, disk.parts, disk.label === 'gpt' ? 128 : 4),
      espBytes,
      partType('uefi', disk.label),
    );
    const rest = disk.parts.find((one) => one.sizeBytes === undefined && !one.keep);
    const before = rest && disk.label === 'dos' && rest.number > 4 ? disk.parts.find(isExtended) : rest;
    disk.parts.splice(before ? disk.parts.indexOf(before) : disk.parts.length, 0, part);
    device = partName(disk.name, part.number);
    added.add(device);
  }
  // A member of an array: the filesystem for the firmware stands on the array.
  if (userOf(device, layout)) return;
  const made = layout.filesystems.find((one) => one.device === device);
  if (!made) layout.filesystems.push({ line, device, type: 'vfat', options: {}, subvolumes: [] });
  const isThere = layout.mounts.some(({ dir }) => ['/boot/efi', '/efi'].includes(dir));
  if (isThere || mountedLines(layout.mounts).some((mount) => mount.device === device)) return;
  layout.mounts.push({
    line,
    spec: device,
    device,
    dir: '/boot/efi',
    type: 'vfat',
    options: 'umask=0077',
    freq: 0,
    passno: 1,
  });
}

function newPart(number: number, sizeBytes: number, type: string): PartWish {
  return { line: 0, number, sizeBytes, minBytes: sizeBytes, type, bootable: false, keep: false };
}

function freeNumber(disk: string, parts: readonly PartWish[], most: number): number {
  for (let number = 1; number <= most; number += 1) if (!parts.some((part) => part.number === number)) return number;
  throw new UserError(
    `${disk}: this machine's firmware needs one more partition, and the script uses all ${most} numbers`,
    most === 4
      ? 'Use label: gpt, or make one of the primary partitions logical.'
      : 'Take a partition out of the script.',
  );
}

/** Script names of the disks that hold /boot, or / if there is no mount for /boot; all disks of an array. */
export function bootDisks(layout: Layout): string[] {
  const mount = layout.mounts.find((one) => one.dir === '/boot') ?? layout.mounts.find((one) => one.dir === '/');
  const reached = mount?.device ? disksBelow(mount.device, layout) : [];
  return reached.length > 0 ? reached : layout.disks.slice(0, 1).map((disk) => disk.name);
}

function disksBelow(device: string, layout: Layout): string[] {
  const raid = layout.raids.find((one) => one.name === device);
  if (raid) return [...new Set(raidMembers(raid).flatMap((one) => disksBelow(one, layout)))];
  const group = layout.groups.find((one) => device.startsWith(`/dev/${one.name}/`));
  // Any disk of a group can start grub, which then needs all disks; those of the first physical volume will do.
  if (group) return group.devices.slice(0, 1).flatMap((one) => disksBelow(one, layout));
  return layout.disks
    .filter((disk) => disk.parts.some((part) => partName(disk.name, part.number) === device))
    .map((disk) => disk.name);
}
