import { z } from 'zod';
import { Setting, settingNames } from './settings.ts';

const AbsolutePath = z.templateLiteral(['/', z.string()]);

/** What this disk is, to notice at each verb that it is still the same. */
export const DiskState = z.object({
  /** Here: /dev/vda. */
  node: AbsolutePath,
  /** MAJOR:MINOR as in /sys/class/block/NAME/dev. */
  devno: z.string(),
  bytes: z.int(),
  sectorBytes: z.int(),
  /** Optimal I/O size in bytes, 0 where the disk does not say. */
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
  /** Not in the script: the firmware here needs it. */
  added: z.boolean(),
  /** Left as it is on this disk. */
  keep: z.boolean(),
});
export type PartState = z.infer<typeof PartState>;

/** A filesystem or swap area. `device` is its name in the script and the key of parts or volumes. */
export const FilesystemState = z.object({
  device: z.string(),
  node: AbsolutePath,
  type: z.string(),
  label: z.string(),
  /** As blkid(8) shows it for this type; drawn by `layout` where the script gives none. */
  uuid: z.string(),
  /** The other KEY=VALUE words of the script's line, as features= and subvolumes. */
  options: z.record(z.string(), z.string()),
  subvolumes: z.array(z.string()),
  keep: z.boolean(),
});
export type FilesystemState = z.infer<typeof FilesystemState>;

/**
 * A line of the script's [mounts]: fstab(5). `device` is undefined for tmpfs, proc, nfs and such; `node` where the installation does
 * not use the line itself, as the second one for a directory.
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

/** A network card of this machine. */
export const CardState = z.object({ name: z.string(), mac: z.string(), driver: z.string() });
export type CardState = z.infer<typeof CardState>;

/** /run/boel/state.json: all that the verbs hand to each other. */
export const State = z.object({
  version: z.literal(1),
  firmware: z.enum(['bios', 'uefi']),
  /** The card that found the image server. */
  card: CardState.optional(),
  cards: z.array(CardState),
  settings: z.partialRecord(z.enum(settingNames), Setting),
  /** Name of the autoinstall script on the server, as web1.sh; empty before discovery. */
  script: z.string(),
  /** Set by `layout` (from the script) and `image`. `bytes` and `inodes` are of the whole image. */
  image: z.object({ name: z.string(), bytes: z.int(), inodes: z.int() }).optional(),
  disks: z.record(z.string(), DiskState),
  parts: z.record(z.string(), PartState),
  volumes: z.record(z.string(), VolumeState),
  filesystems: z.array(FilesystemState),
  mounts: z.array(MountState),
  swapFiles: z.array(SwapFileState),
  /** UUIDs of the golden client that this machine has others for (`layout --fresh-uuids`): old → new. */
  renewed: z.record(z.string(), z.string()),
  /** sha256 of the layout text that these come from; empty before `layout`. */
  layoutSha256: z.string(),
});
export type State = z.infer<typeof State>;

/** A machine that knows nothing yet. */
export const emptyState: State = {
  version: 1,
  firmware: 'bios',
  cards: [],
  settings: {},
  script: '',
  disks: {},
  parts: {},
  volumes: {},
  filesystems: [],
  mounts: [],
  swapFiles: [],
  renewed: {},
  layoutSha256: '',
};
