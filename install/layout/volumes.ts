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
/** Before the first extent: lvm's label and metadata; pvcreate(8) is told so. */
export const pvDataOffset = MiB;
/** Before the data of each member: superblock and bitmap; mdadm(8) is told so. */
export const raidDataOffset = 2 * MiB;
/** Members are cut to whole chunks of this, where the script says no other (mdadm(8), --chunk). */
export const defaultChunkBytes = 512 * 1024;

/** What the size of an array depends on. */
export type ArrayShape = Pick<RaidWish, 'level' | 'devices' | 'chunkBytes' | 'copies'>;

/** How many members' worth of data an array of so many members holds. */
function dataMembers({ level, devices: { length: count }, copies = 'n2' }: ArrayShape): number {
  switch (level) {
    case 0:
    case 'linear':
      return count;
    case 1:
      return 1;
    case 5:
      return count - 1;
    case 6:
      return count - 2;
    case 10:
      return count / Number(copies.slice(1));
  }
}

/** Bytes of an array on members of these sizes, spares left out. Rather too few than too many: mdadm rounds by its own rules. */
export function raidBytes(raid: ArrayShape, memberBytes: readonly number[]): number {
  const { chunkBytes = defaultChunkBytes } = raid;
  const chunks = memberBytes.map((bytes) => Math.max(0, Math.floor((bytes - raidDataOffset) / chunkBytes)));
  const all =
    raid.level === 'linear' ? chunks.reduce((sum, one) => sum + one, 0) : Math.min(...chunks) * dataMembers(raid);
  return Math.floor(all) * chunkBytes;
}

/** Bytes that each member must have for an array of `bytes`; 0 where one member may be smaller for another that is larger. */
export function memberBytesFor(raid: ArrayShape, bytes: number): number {
  if (raid.level === 'linear') return 0;
  return raidDataOffset + alignUp(bytes / dataMembers(raid), raid.chunkBytes ?? defaultChunkBytes);
}

/** True where all members have to be of one size: what one has more is lost. */
export const hasEqualMembers = (raid: Pick<RaidWish, 'level'>): boolean => raid.level !== 'linear';

/** The node of a logical volume: device-mapper parts the names by a dash, and doubles each dash in them (lvm(8)). */
export function mapperNode(group: string, volume: string): `/dev/mapper/${string}` {
  return `/dev/mapper/${[group, volume].map((text) => text.replaceAll('-', '--')).join('-')}`;
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
export function userOf(
  device: string,
  layout: Pick<Layout, 'raids' | 'groups'>,
): RaidWish | VolumeGroupWish | undefined {
  return (
    layout.raids.find((one) => raidMembers(one).includes(device)) ??
    layout.groups.find((one) => one.devices.includes(device))
  );
}
