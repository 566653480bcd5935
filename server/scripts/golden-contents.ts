import { whyNot } from '../../common/model/golden-kinds.ts';
import { isExtended, partName, type PartWish } from '../../common/model/layout.ts';
import { partType, showPartType } from '../../common/model/layout/part-type.ts';
import { arraysOf } from '../../common/model/md-array.ts';
import { isNeeded } from '../../common/model/needed.ts';
import type { FlatDevice } from '../../common/model/storage.ts';
import { findFilesystem } from '../../install/filesystems/index.ts';
import type { Golden } from './golden.ts';
import type { Uses } from './golden-use.ts';

/** Contents that no script makes again: filesystems of other systems, encrypted ones, members of pools and clusters. */
export type Contents = {
  /** The content of the device itself, as blkid(8) calls it; undefined for content that is made again, or not known. */
  ofDevice: (device: string) => string | undefined;
  /** Why a disk would be useless on another machine: nothing in use on it is made again, and something would come back empty. */
  whyNothing: (disk: string) => string | undefined;
};

/** Types of partitions that hold nothing for people, by sfdisk(8): boot loaders fill them, or nobody does. */
export const holdsNothing = new Set([
  partType('bios boot', 'gpt'),
  // PReP boot, and Microsoft's and Solaris' reserved ones.
  '9E1A2D38-C612-4316-AA26-8B49521E5A8B',
  '41',
  'E3C9E316-0B5C-4DB8-817D-F92DF00215AE',
  '6A945A3B-1DD2-11B2-99A6-080020736631',
]);

/** FAT in a dos table, and `Non-FS data`. */
const isOldType = (type: string) => /^(0[146BCE]|DA)$/.test(type);

/** True for a type by which a partition is somebody's own, as those of GPFS, Ceph, VMFS and Windows' dynamic disks. */
const isForeignType = (part: PartWish) =>
  showPartType(part.type) === part.type && !isExtended(part) && !isOldType(part.type) && !holdsNothing.has(part.type);

/** Reads what lsblk(8), LVM, mounts and types of partitions say of each device. */
export function readContents(golden: Golden, uses: Uses): Contents {
  const { pvs = [] } = golden.storage.lvm ?? {};
  const members = new Set(arraysOf(golden.storage).flatMap((array) => array.members.map((one) => one.device)));
  const known = new Map(golden.devices.map((one) => [one.path, one]));
  const parts = new Map(
    golden.disks.flatMap((disk) => disk.parts.map((part) => [partName(disk.name, part.number), part] as const)),
  );
  const ofDevice = (device: string): string | undefined => {
    const fstype = known.get(device)?.fstype;
    const group = pvs.find((pv) => pv.pv_name === device)?.vg_name;
    if (group) return uses.of(device).length === 0 ? `a part of the volume group ${group}` : undefined;
    // A known array is made again; a member that the array has lost holds nothing.
    const isMember = members.has(device) || (fstype === 'linux_raid_member' && members.size > 0);
    if (isMember) return undefined;
    if (fstype && !findFilesystem(fstype)) return fstype;
    // What lsblk(8) takes for ext4 may be a part of Lustre.
    const mounts = golden.mounted.filter((one) => one.device === device);
    if (mounts.length > 0) return mounts.find(({ type }) => !findFilesystem(type))?.type;
    const part = fstype || uses.of(device).length > 0 ? undefined : parts.get(device);
    return part && isForeignType(part) ? `something of the type ${part.type}` : undefined;
  };
  /** False for an unneeded device that no script makes, as a volume of DRBD; devices of the system itself are told elsewhere. */
  const isMade = (one: FlatDevice) => {
    if (whyNot(one, known) !== undefined) return uses.of(one.path).some((use) => use.isNeeded);
    const isSystem = golden.mounted.some(({ device, dir }) => device === one.path && isNeeded(dir, undefined));
    return ofDevice(one.path) === undefined || isSystem;
  };
  const whyNothing = (disk: string) => {
    const above = golden.devices.filter(({ path }) => uses.below(path).has(disk));
    const used = above.filter(({ path }) => uses.of(path).length > 0);
    const top = used.filter(({ path }) => !used.some((one) => one.path !== path && uses.below(one.path).has(path)));
    const isUsed = uses.of(disk).length > 0;
    if (isUsed && (top.length === 0 || top.some(isMade))) return undefined;
    const lost = above.flatMap(({ path }) => {
      const what = ofDevice(path);
      return what === undefined ? [] : [path === disk ? what : `${path}: ${what}`];
    });
    if (lost.length === 0) return undefined;
    return isUsed
      ? `with parts in use that are not made again: ${lost.join(', ')}`
      : `not in use, with parts that are not made again: ${lost.join(', ')}`;
  };
  return { ofDevice, whyNothing };
}
