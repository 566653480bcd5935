import { z } from 'zod';
import { Bytes, entriesOf, Flag, rowsOf, Size, Text, Word } from './tool-fields.ts';

/** lsblk(8) before util-linux 2.33 prints no path: the path follows from the name, which with --paths is a path itself. */
function withPath(device: unknown): unknown {
  if (typeof device !== 'object' || device === null || !('name' in device)) return device;
  if ('path' in device && typeof device.path === 'string') return device;
  const name = String(device.name);
  const isMapped = 'type' in device && ['lvm', 'crypt', 'mpath', 'dm'].includes(String(device.type));
  return { ...device, path: name.startsWith('/') ? name : `/dev/${isMapped ? 'mapper/' : ''}${name}` };
}

/** A device of `lsblk --json --bytes --paths` (lsblk(8)), as far as it is used, with further facts from /sys. */
const BlockDevice = z.looseObject({
  /** /dev/sda1, /dev/md0, /dev/mapper/vg0-root. */
  path: z.string().startsWith('/dev/'),
  /** The kernel's own name, as /dev/dm-1. */
  kname: Text,
  /** disk, part, lvm, crypt, mpath, raid1, … */
  type: Text,
  size: Bytes,
  fstype: Text,
  /** The version of the filesystem's or superblock's format: FAT32, 1.2. */
  fsver: Text,
  label: Text,
  uuid: Text,
  partlabel: Text,
  partuuid: Text,
  /** Whether its medium can be taken out. */
  rm: Flag.optional(),
  /** How it is wired: sata, usb, fc, … */
  tran: Text,
  model: Text,
  'maj:min': Text,
  /** More traits that tell disks apart (machine/disk-traits.ts). */
  traits: z.object({ sysPath: Text, transport: Text, hostDriver: Text, cardType: Text }).optional().catch(undefined),
});
type BlockDevice = z.infer<typeof BlockDevice>;

/** A device with the devices that stand on it. */
export type NestedDevice = BlockDevice & { children?: NestedDevice[] | undefined };
const NestedDevice: z.ZodType<NestedDevice> = z.preprocess(
  withPath,
  BlockDevice.extend({
    get children() {
      return rowsOf(NestedDevice).optional();
    },
  }),
);
/** What lsblk prints as a whole. */
export const BlockDevices = z.object({ blockdevices: rowsOf(NestedDevice) });

/** Rows of `pvs`, `vgs` and `lvs --all` with `--reportformat json --units b --nosuffix` (lvm(8)). */
const Lvm = z.object({
  pvs: rowsOf(z.object({ pv_name: z.string().min(1), vg_name: Word })),
  vgs: rowsOf(z.object({ vg_name: z.string().min(1), vg_size: Size })),
  /** A row for each segment of each volume. */
  lvs: rowsOf(
    z.object({
      vg_name: z.string().min(1),
      /** In brackets if the volume is part of another volume. */
      lv_name: z.string().min(1),
      lv_size: Size,
      segtype: Word,
      stripes: Bytes.transform((count) => count ?? 1),
      /** The first letter is the kind: s and S are snapshots (lvs(8)). */
      lv_attr: Word,
      /** The volume that a snapshot or a cache belongs to; empty otherwise. */
      origin: Word,
    }),
  ),
});
export type Lvm = z.infer<typeof Lvm>;

/**
 * An array: the pairs of `mdadm --detail --export` (mdadm(8)), and chunk_size and layout of /sys/block/mdN/md (kernel,
 * admin-guide/md), which mdadm leaves out. MD_DEVICE_x_DEV and MD_DEVICE_x_ROLE are the members.
 */
export const MdPairs = entriesOf(z.union([z.string(), z.number().transform(String)]));
export type MdPairs = z.infer<typeof MdPairs>;

/** What mkfs must be told to make a filesystem that the golden client's kernel and grub read. */
const MadeWith = z.object({
  device: z.string(),
  /** ext: as `dumpe2fs -h` lists them; xfs: KEY=VALUE as xfs_info(8) prints them. */
  features: rowsOf(z.string()),
  blockBytes: Bytes,
  inodeBytes: Bytes,
});
export type MadeWith = z.infer<typeof MadeWith>;

/** A file that the golden client swapped to (proc_swaps(5)). */
export const SwapFile = z.object({ path: z.string().startsWith('/'), sizeBytes: Size });
export type SwapFile = z.infer<typeof SwapFile>;

/** /etc/systemimager/storage.json: what stands on the golden client's disks besides partitions. Each part may be missing. */
export const Storage = z.object({
  lsblk: BlockDevices.optional().catch(undefined),
  lvm: Lvm.optional().catch(undefined),
  md: entriesOf(MdPairs).optional(),
  filesystems: rowsOf(MadeWith).optional(),
  swaps: rowsOf(z.string()).optional(),
  swapFiles: rowsOf(SwapFile).optional(),
});
export type Storage = z.infer<typeof Storage>;

/** An absolute directory; it becomes part of rsync's arguments. */
const Dir = z.string().regex(/^\/[^\0]*$/);

/** A mount of the golden client. `root` and `devno` as in proc_pid_mountinfo(5). */
const GoldenMount = z.object({
  device: z.string(),
  dir: Dir,
  type: z.string(),
  options: z.string().default(''),
  root: z.string(),
  devno: z.string(),
});

/** All of storage.json. The parts that decide which files a capture takes must be valid; each other part may be missing. */
export const GoldenRecord = z.looseObject({
  ...Storage.shape,
  hostname: z.string().default(''),
  mounts: z.array(GoldenMount).optional(),
  /** Mount points of disks that prepareclient left out. */
  excludedDirs: z.array(Dir).default([]),
  swapFiles: z.array(SwapFile).default([]),
  /** Content of each mounted filesystem, by df(1). */
  used: z.array(z.object({ dir: z.string(), bytes: z.number(), inodes: z.number() })).default([]),
});
export type GoldenRecord = z.infer<typeof GoldenRecord>;

/** A block device, and the devices that it stands on. */
export type FlatDevice = BlockDevice & { parents: string[] };

/** lsblk's tree as a list, each device once: an array appears below each of its members. */
export function flattenDevices(storage: Storage): FlatDevice[] {
  const found = new Map<string, FlatDevice>();
  const visit = ({ children = [], ...device }: NestedDevice, parent?: string) => {
    const one = found.get(device.path) ?? { ...device, parents: [] };
    if (parent !== undefined && !one.parents.includes(parent)) one.parents.push(parent);
    found.set(device.path, one);
    for (const child of children) visit(child, device.path);
  };
  for (const device of storage.lsblk?.blockdevices ?? []) visit(device);
  return [...found.values()];
}
