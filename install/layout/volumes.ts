import { type Layout, type VolumeGroupWish, volumeName } from '../../common/model/layout.ts';
import type { RaidWish, VolumeWish } from '../../common/model/layout.ts';
import { alignUp, fit, type Shortage } from './fit.ts';

const MiB = 1024 ** 2;

/** Physical extents are 4 MiB (vgcreate(8)). */
export const extentBytes = 4 * MiB;
/** Before the first extent: lvm's label and metadata; pvcreate(8) is told so. */
export const pvDataOffset = MiB;
/** Before the data of each member: superblock and bitmap; mdadm(8) is told so. */
export const raidDataOffset = 2 * MiB;
/** Members are cut to whole chunks (mdadm(8), --chunk). */
const chunkBytes = 512 * 1024;

/** How many members' worth of data an array of so many members holds. */
function dataMembers(raid: Pick<RaidWish, 'level' | 'devices'>): number {
  const count = raid.devices.length;
  switch (raid.level) {
    case 0:
      return count;
    case 1:
      return 1;
    case 5:
      return count - 1;
    case 6:
      return count - 2;
    case 10:
      return count / 2;
  }
}

/** Bytes of an array on members of these sizes. */
export function raidBytes(raid: Pick<RaidWish, 'level' | 'devices'>, memberBytes: readonly number[]): number {
  const each = Math.min(...memberBytes) - raidDataOffset;
  return Math.max(0, Math.floor(Math.floor(each / chunkBytes) * dataMembers(raid)) * chunkBytes);
}

/** Bytes that each member must have for an array of `bytes`. */
export function memberBytesFor(raid: Pick<RaidWish, 'level' | 'devices'>, bytes: number): number {
  return raidDataOffset + alignUp(bytes / dataMembers(raid), chunkBytes);
}

/** Bytes that volumes can use on physical volumes of these sizes. */
export function groupBytes(pvBytes: readonly number[]): number {
  return pvBytes.reduce(
    (sum, bytes) => sum + Math.max(0, Math.floor((bytes - pvDataOffset) / extentBytes)) * extentBytes,
    0,
  );
}

/** Sizes of a group's volumes by name, by the same rule as partitions. */
export function fitGroup(
  group: VolumeGroupWish,
  haveBytes: number,
  leastBytes: (volume: VolumeWish, name: string) => number,
): Map<string, number> | Shortage {
  const slots = group.volumes.map((volume) => ({
    minBytes: alignUp(leastBytes(volume, volumeName(group.name, volume.name)), extentBytes),
    ...(volume.sizeBytes === undefined ? {} : { sizeBytes: alignUp(volume.sizeBytes, extentBytes) }),
  }));
  const region = { startBytes: 0, endBytes: haveBytes, alignBytes: extentBytes, sectorBytes: extentBytes };
  const extents = fit(slots, region);
  if (!Array.isArray(extents)) return extents;
  return new Map(
    group.volumes.map((one, at) => [volumeName(group.name, one.name), extents[at]?.sizeBytes ?? 0] as const),
  );
}

/** The array or group that uses a device; undefined where none does. */
export function userOf(device: string, layout: Layout): RaidWish | VolumeGroupWish | undefined {
  return [...layout.raids, ...layout.groups].find((one) => one.devices.includes(device));
}
