import { z } from 'zod';

/** Old versions of lsblk and all of lvm print numbers as text. */
const Bytes = z.coerce.number().int().min(0);
const Text = z.string().nullish();
export const Flag = z.union([z.boolean(), z.enum(['0', '1']).transform((text) => text === '1')]);

/** lsblk(8) before util-linux 2.33 knows no path: it follows from the name, which is one itself with --paths. */
export function withPath(device: unknown): unknown {
  if (typeof device !== 'object' || device === null || 'path' in device || !('name' in device)) return device;
  const name = String(device.name);
  const isMapped = 'type' in device && ['lvm', 'crypt', 'mpath', 'dm'].includes(String(device.type));
  return { ...device, path: name.startsWith('/') ? name : `/dev/${isMapped ? 'mapper/' : ''}${name}` };
}

/** A device of `lsblk --json --bytes --output-all` (lsblk(8)), as far as it is used. */
const BlockDevice = z.object({
  /** /dev/sda1, /dev/md0, /dev/mapper/vg0-root. */
  path: z.string(),
  /** The kernel's own name, as /dev/dm-1. */
  kname: Text,
  /** disk, part, lvm, crypt, mpath, raid1, … */
  type: Text,
  size: Bytes.nullish(),
  fstype: Text,
  /** The version of the filesystem's or superblock's format: FAT32, 1.2. */
  fsver: Text,
  label: Text,
  uuid: Text,
  /** Whether its medium can be taken out; old versions say "0" and "1". */
  rm: Flag.nullish(),
});
type BlockDevice = z.infer<typeof BlockDevice>;
type NestedDevice = BlockDevice & { children?: NestedDevice[] | undefined };
const NestedDevice: z.ZodType<NestedDevice> = z.preprocess(
  withPath,
  BlockDevice.extend({
    get children() {
      return z.array(NestedDevice).optional();
    },
  }),
);

/** Rows of `pvs`, `vgs` and `lvs --all` with `--reportformat json --units b --nosuffix` (lvm(8)). */
const Lvm = z.object({
  pvs: z.array(z.object({ pv_name: z.string(), vg_name: z.string() })),
  vgs: z.array(z.object({ vg_name: z.string(), vg_size: Bytes })),
  /** A row for each segment of each volume. */
  lvs: z.array(
    z.object({
      vg_name: z.string(),
      /** In brackets where it is part of another volume. */
      lv_name: z.string(),
      lv_size: Bytes,
      segtype: z.string(),
      stripes: z.coerce.number().int().default(1),
      /** The first letter is the kind: s and S are snapshots (lvs(8)). */
      lv_attr: z.string().default(''),
      /** Of which volume it is a snapshot, or what it caches; empty otherwise. */
      origin: z.string().default(''),
    }),
  ),
});
export type Lvm = z.infer<typeof Lvm>;

/**
 * An array: the pairs of `mdadm --detail --export` (mdadm(8)), and chunk_size and layout of /sys/block/mdN/md (kernel,
 * admin-guide/md), which mdadm leaves out. MD_DEVICE_x_DEV and MD_DEVICE_x_ROLE are the members.
 */
const MdPairs = z.record(z.string(), z.string());

/** An md array of the golden client. */
export type MdArray = {
  device: string;
  /** raid1, linear, container, … */
  level: string;
  /** 1.2, 0.90, imsm, … */
  metadata: string;
  uuid?: string;
  /** HOST:NAME; udev links /dev/md/NAME to the device. */
  name?: string;
  /** How many members it has when it is whole. */
  devices: number;
  chunkBytes?: number;
  /** Level 10, as for mdadm(8) --layout. */
  copies?: string;
  /** Those that are there, spares last. */
  members: { device: string; isSpare: boolean }[];
};

/** Reads the pairs of one array. */
function readArray(device: string, pairs: z.infer<typeof MdPairs>): MdArray {
  const members = Object.entries(pairs).flatMap(([key, value]) => {
    const [, which] = /^MD_DEVICE_(.+)_DEV$/.exec(key) ?? [];
    return which === undefined ? [] : [{ device: value, role: pairs[`MD_DEVICE_${which}_ROLE`] ?? '' }];
  });
  const place = (role: string) => (/^\d+$/.test(role) ? Number(role) : Number.MAX_SAFE_INTEGER);
  const { MD_LEVEL = '', MD_METADATA = '', MD_UUID, MD_NAME, MD_DEVICES, chunk_size, layout } = pairs;
  return {
    device,
    level: MD_LEVEL,
    metadata: MD_METADATA,
    ...(MD_UUID ? { uuid: MD_UUID } : {}),
    ...(MD_NAME ? { name: MD_NAME } : {}),
    devices: Number(MD_DEVICES ?? members.length),
    ...(Number(chunk_size) > 0 ? { chunkBytes: Number(chunk_size) } : {}),
    ...(MD_LEVEL === 'raid10' && layout ? { copies: copiesOf(Number(layout)) } : {}),
    members: members
      .toSorted((a, b) => place(a.role) - place(b.role))
      .map((one) => ({ device: one.device, isSpare: !/^\d+$/.test(one.role) })),
  };
}

/** The kernel's number of a raid10 layout: near copies, far copies, and whether far ones lie beside each other (drivers/md/raid10.c). */
function copiesOf(layout: number): string {
  const [near, far, isOffset] = [layout & 0xff, (layout >> 8) & 0xff, (layout & 0x10000) !== 0];
  return far > 1 ? `${isOffset ? 'o' : 'f'}${far}` : `n${near}`;
}

/** What mkfs must be told to make a filesystem that the golden client's kernel and grub read. */
const MadeWith = z.object({
  device: z.string(),
  /** ext: as `dumpe2fs -h` lists them; xfs: KEY=VALUE as xfs_info(8) prints them. */
  features: z.array(z.string()).default([]),
  blockBytes: z.int().optional(),
  inodeBytes: z.int().optional(),
});
export type MadeWith = z.infer<typeof MadeWith>;

/** A file that the golden client swapped to (proc_swaps(5)). */
export const SwapFile = z.object({ path: z.string().startsWith('/'), sizeBytes: Bytes });
export type SwapFile = z.infer<typeof SwapFile>;

/** /etc/systemimager/storage.json: what stands on the golden client's disks besides partitions. Each part may be missing. */
export const Storage = z.object({
  lsblk: z.object({ blockdevices: z.array(NestedDevice) }).optional(),
  lvm: Lvm.optional(),
  md: z.record(z.string(), MdPairs).optional(),
  filesystems: z.array(MadeWith).optional(),
  swapFiles: z.array(SwapFile).optional(),
});
export type Storage = z.infer<typeof Storage>;

/** Block devices that a machine makes of memory, files and the network, and drives whose media change: no place on another machine. */
export const isVirtualDisk = (path: string): boolean => /^\/dev\/(loop|ram|zram|nbd|fd|sr)\d/.test(path);

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

/** The arrays, by what the tools say of each. */
export function arraysOf(storage: Storage): MdArray[] {
  return Object.entries(storage.md ?? {}).map(([device, pairs]) => readArray(device, pairs));
}
