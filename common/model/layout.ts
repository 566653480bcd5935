import type { DiskMatch } from './layout/match.ts';

/**
 * What a script's `boel layout` block wishes for, checked and in bytes. Names are the golden client's. `line` is the line
 * of the block, for later errors. Read by layout/parse.ts, written by layout/print.ts.
 */
export type Layout = {
  disks: DiskWish[];
  raids: RaidWish[];
  groups: VolumeGroupWish[];
  filesystems: FilesystemWish[];
  mounts: MountWish[];
  swapFiles: SwapFileWish[];
};

/** A partition table: [disk NAME]. */
export type DiskWish = {
  line: number;
  /** The disk's name in the script, as /dev/sda; the name on this machine may differ. */
  name: string;
  match?: DiskMatch;
  label: 'gpt' | 'dos';
  /** In the form of sfdisk(8); undefined: a new identifier is drawn. */
  labelId?: string;
  parts: PartWish[];
};

/** One line of a partition table, in the order of the lines. */
export type PartWish = {
  line: number;
  number: number;
  /** Where the partition began on the golden client. The start gives the order, and the place on a disk of the same size. */
  startBytes?: number;
  /** Undefined: takes the rest. */
  sizeBytes?: number;
  minBytes?: number;
  /** A GUID in capitals for gpt, two hexadecimal digits for dos. */
  type: string;
  name?: string;
  uuid?: string;
  attrs?: string;
  bootable: boolean;
  /** Leave the existing partition as it is. */
  keep: boolean;
};

/** Levels of md(4) that can be made. */
export type RaidLevel = 0 | 1 | 5 | 6 | 10 | 'linear';

/** An md array: [raid /dev/md0]. */
export type RaidWish = {
  line: number;
  name: string;
  level: RaidLevel;
  /** Names of partitions in the script. */
  devices: string[];
  /** Partitions that wait for a member to fail. */
  spares?: string[];
  uuid?: string;
  /** Undefined: the 512 KiB of mdadm(8); level 1 and linear have none. */
  chunkBytes?: number;
  /** Level 10 only, as for mdadm(8) --layout: n2, f2, o2, n3, … Undefined: n2. */
  copies?: string;
  /** As for mdadm(8) --metadata. */
  metadata: string;
};

/** A volume group: [lvm vg0], and its volumes. */
export type VolumeGroupWish = { line: number; name: string; devices: string[]; volumes: VolumeWish[] };

/** A linear logical volume. A volume without a size takes the rest. */
export type VolumeWish = { line: number; name: string; sizeBytes?: number; minBytes?: number };

/** A line of [filesystems]: DEVICE TYPE KEY=VALUE…, with the device's paths from [subvolumes]. */
export type FilesystemWish = {
  line: number;
  device: string;
  type: string;
  label?: string;
  uuid?: string;
  options: Record<string, string>;
  subvolumes: string[];
};

/** A line of [swapfiles]: a file on one of the filesystems, as swapon(8) takes it. */
export type SwapFileWish = { line: number; path: string; sizeBytes: number };

/** A line of [mounts]: fstab(5). `device` is the filesystem's name if the line means a filesystem of this layout. */
export type MountWish = {
  line: number;
  spec: string;
  device?: string;
  dir: string;
  type: string;
  options: string;
  freq: number;
  passno: number;
};

/** Kernel names of a partition: a disk whose name ends in a digit gets a `p` (Linux block/partitions/core.c). */
export function partName(disk: string, number: number): string {
  return `${disk}${/\d$/.test(disk) ? 'p' : ''}${number}`;
}

/** The PARTUUID of a partition on a dos table, from the disk's identifier (Linux block/partitions/msdos.c). */
export function dosPartUuid(labelId: string, number: number): string {
  return `${labelId.replace(/^0x/, '')}-${number.toString(16).padStart(2, '0')}`;
}

/** The PARTUUID that the script gives a partition, in small letters; undefined if it is drawn. */
export function partUuid(disk: DiskWish, part: PartWish): string | undefined {
  if (disk.label === 'gpt') return part.uuid?.toLowerCase();
  return disk.labelId === undefined ? undefined : dosPartUuid(disk.labelId, part.number).toLowerCase();
}

/** All partitions of an array, spares last. */
export function raidMembers(raid: Pick<RaidWish, 'devices' | 'spares'>): string[] {
  return [...raid.devices, ...(raid.spares ?? [])];
}

/** The name of a logical volume as scripts use it. */
export function volumeName(group: string, volume: string): string {
  return `/dev/${group}/${volume}`;
}

/** dos: the types of a partition that holds logical ones (extended, LBA extended, Linux extended). */
export function isExtended(part: Pick<PartWish, 'type'>): boolean {
  return ['05', '0F', '85'].includes(part.type);
}
