import {
  type Layout,
  raidMembers,
  type RaidWish,
  type VolumeGroupWish,
  volumeName,
  type VolumeWish,
} from '../../common/model/layout.ts';
import { alignUp, fit, type Shortage } from './fit.ts';

const MiB = 1024 ** 2;

/** Physical extents are 4 MiB (vgcreate(8)). */
export const extentBytes = 4 * MiB;
/** Room before the first extent for lvm's label and metadata, as an option of pvcreate(8) sets it. */
export const pvDataOffset = MiB;
/** Room before the data of each member for superblock and bitmap, as an option of mdadm(8) sets it. */
export const raidDataOffset = 2 * MiB;
/** By default members are cut to whole chunks of this size (mdadm(8), --chunk). */
export const defaultChunkBytes = 512 * 1024;

/** What the size of an array depends on. */
export type ArrayShape = Pick<RaidWish, 'level' | 'devices' | 'chunkBytes' | 'copies'>;

/** Copies of each chunk that lie beside each other, and copies in other parts of the disks (md(4), RAID10). */
function raid10Copies(copies = 'n2'): { near: number; far: number } {
  const number = Number(copies.slice(1));
  return copies.startsWith('n') ? { near: number, far: 1 } : { near: 1, far: number };
}

/** Chunks of data on members of so many chunks each (Linux drivers/md, size functions of the levels). */
function dataChunks({ level, devices: { length: count }, copies }: ArrayShape, each: number): number {
  const { near, far } = raid10Copies(copies);
  switch (level) {
    case 0:
    case 'linear':
      return each * count;
    case 1:
      return each;
    case 5:
      return each * (count - 1);
    case 6:
      return each * (count - 2);
    case 10:
      return Math.floor((Math.floor(each / far) * count) / near);
  }
}

/** Chunks that each member must have for so many chunks of data. */
function memberChunks({ level, devices: { length: count }, copies }: ArrayShape, chunks: number): number {
  const { near, far } = raid10Copies(copies);
  switch (level) {
    case 0:
    case 'linear':
      return Math.ceil(chunks / count);
    case 1:
      return chunks;
    case 5:
      return Math.ceil(chunks / (count - 1));
    case 6:
      return Math.ceil(chunks / (count - 2));
    case 10:
      return Math.ceil((chunks * near) / count) * far;
  }
}

/** Bytes of an array on members of these sizes, spares left out. Rather too few than too many: mdadm rounds by its own rules. */
export function raidBytes(raid: ArrayShape, memberBytes: readonly number[]): number {
  const { chunkBytes = defaultChunkBytes } = raid;
  const chunks = memberBytes.map((bytes) => Math.max(0, Math.floor((bytes - raidDataOffset) / chunkBytes)));
  const all =
    raid.level === 'linear' ? chunks.reduce((sum, one) => sum + one, 0) : dataChunks(raid, Math.min(...chunks));
  return all * chunkBytes;
}

/** Bytes that each member must have for an array of `bytes`; 0 if a larger member makes up for a smaller one. */
export function memberBytesFor(raid: ArrayShape, bytes: number): number {
  if (raid.level === 'linear') return 0;
  const { chunkBytes = defaultChunkBytes } = raid;
  return raidDataOffset + memberChunks(raid, Math.ceil(bytes / chunkBytes)) * chunkBytes;
}

/** True if all members must have one size: further room of a larger member is lost. */
export const hasEqualMembers = (raid: Pick<RaidWish, 'level'>): boolean => raid.level !== 'linear';

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

/** The array or group that uses a device; undefined if none does. */
export function userOf(
  device: string,
  layout: Pick<Layout, 'raids' | 'groups'>,
): RaidWish | VolumeGroupWish | undefined {
  return (
    layout.raids.find((one) => raidMembers(one).includes(device)) ??
    layout.groups.find((one) => one.devices.includes(device))
  );
}
