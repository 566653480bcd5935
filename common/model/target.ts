import { z } from 'zod';

const AbsolutePath = z.templateLiteral(['/', z.string()]);

/** Facts of a disk, by which each verb checks that the disk is still the same. */
export const DiskState = z.object({
  /** The node on this machine: /dev/vda. */
  node: AbsolutePath,
  /** MAJOR:MINOR as in /sys/class/block/NAME/dev. */
  devno: z.string(),
  bytes: z.int(),
  sectorBytes: z.int(),
  /** Optimal I/O size in bytes, 0 if the disk does not say. */
  optimalIoBytes: z.int(),
  /** The path in /sys, by which disks are put in order. */
  path: z.string(),
  serial: z.string(),
  wwn: z.string(),
  label: z.enum(['gpt', 'dos']),
  labelId: z.string(),
});
export type DiskState = z.infer<typeof DiskState>;

/** One partition as it will be (after `layout`) or is (after `partition`). The key is its name in the script. */
export const PartState = z.object({
  /** Name of the disk in the script. */
  disk: z.string(),
  number: z.int().min(1),
  startBytes: z.int(),
  sizeBytes: z.int(),
  /** sfdisk(8) type: a GUID for gpt, two hexadecimal digits for dos. */
  type: z.string(),
  partuuid: z.string(),
  name: z.string(),
  attrs: z.string(),
  bootable: z.boolean(),
  node: AbsolutePath,
  /** True for a partition that the script lacks and this machine's firmware needs. */
  added: z.boolean(),
  /** True for a partition that stays as it is on this disk. */
  keep: z.boolean(),
});
export type PartState = z.infer<typeof PartState>;

/** A filesystem or swap area. `device` is its name in the script and the key of parts or volumes. */
export const FilesystemState = z.object({
  device: z.string(),
  node: AbsolutePath,
  type: z.string(),
  label: z.string(),
  /** In the form of blkid(8) for this type; drawn by `layout` if the script gives no UUID. */
  uuid: z.string(),
  /** The other KEY=VALUE words of the script's line, as features= and subvolumes. */
  options: z.record(z.string(), z.string()),
  subvolumes: z.array(z.string()),
  keep: z.boolean(),
});
export type FilesystemState = z.infer<typeof FilesystemState>;

/**
 * A line of the script's [mounts]: fstab(5). `device` is undefined for tmpfs, proc, nfs and such; `node` is undefined if the
 * installation does not use the line itself, e.g. the second line for a directory.
 */
export const MountState = z.object({
  spec: z.string(),
  device: z.string().optional(),
  node: AbsolutePath.optional(),
  dir: z.string(),
  type: z.string(),
  options: z.string(),
  freq: z.int(),
  passno: z.int(),
});
export type MountState = z.infer<typeof MountState>;

/** A swap file that the installed system has. */
export const SwapFileState = z.object({ path: AbsolutePath, sizeBytes: z.int() });
export type SwapFileState = z.infer<typeof SwapFileState>;

/** A logical volume or an md array; `members` are names in the script. */
export const VolumeState = z.object({
  kind: z.enum(['raid', 'lv']),
  node: AbsolutePath,
  sizeBytes: z.int(),
  members: z.array(z.string()),
  /** For `lv`, the volume group. */
  group: z.string().optional(),
  uuid: z.string(),
  options: z.record(z.string(), z.string()),
});
export type VolumeState = z.infer<typeof VolumeState>;

/**
 * The machine that gets an image: the content of its disks, and the mounts. `layout` plans a target from a script. A target that
 * is probed from a running machine has the same shape, with the devices' own names as keys; the code that makes a target start,
 * names the machine or writes its fstab needs only this type.
 */
export const Target = z.object({
  firmware: z.enum(['bios', 'uefi']),
  disks: z.record(z.string(), DiskState),
  parts: z.record(z.string(), PartState),
  volumes: z.record(z.string(), VolumeState),
  filesystems: z.array(FilesystemState),
  mounts: z.array(MountState),
  swapFiles: z.array(SwapFileState),
  /** UUIDs of the golden client that this machine replaces by its own (`layout --fresh-uuids`): old → new. */
  renewed: z.record(z.string(), z.string()),
});
export type Target = z.infer<typeof Target>;
