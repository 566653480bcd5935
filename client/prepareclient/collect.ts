import { z } from 'zod';
import type { Mounted } from '../../common/model/mounted.ts';
import type { MadeWith, SwapFile } from '../../common/model/storage.ts';
import { UserError } from '../../common/system/errors.ts';
import type { Argv, ReadIo } from '../../common/system/io.ts';
import { unescapeOctal } from '../../common/system/octal.ts';
import { under } from '../../common/system/place.ts';
import { programFailed } from '../../common/system/steps/run.ts';

/** A block device, as lsblk(8) tells it. */
const Device = z.looseObject({
  name: z.string(),
  path: z.string(),
  type: z.string(),
  fstype: z.string().nullish(),
  label: z.string().nullish(),
  uuid: z.string().nullish(),
  size: z.coerce.number(),
  rm: z.coerce.boolean(),
});
export type Device = z.infer<typeof Device> & { children?: Device[] | undefined };
const Nested: z.ZodType<Device> = Device.extend({
  get children() {
    return z.array(Nested).optional();
  },
});

/** A mount as proc_pid_mountinfo(5) has it. `root` tells bind mounts and subvolumes apart. */
export type MountLine = Mounted & { root: string; devno: string };

/** Used space of a mounted filesystem, as df(1) tells it. */
export type Used = { dir: string; bytes: number; inodes: number };

/** Everything that an image must remember of the machine it was taken from. Texts and JSON are the tools' own. */
export type GoldenFacts = {
  hostname: string;
  disks: { name: string; dump: string }[];
  mounts: MountLine[];
  devices: Device[];
  used: Used[];
  /** Devices. */
  swaps: string[];
  /** Files: an image leaves them out, and an installation makes them anew. */
  swapFiles: SwapFile[];
  lvm?: { pvs: unknown[]; vgs: unknown[]; lvs: unknown[] };
  /** `mdadm --detail --export` of each array, as pairs, and its chunk_size and layout in /sys. */
  md: Record<string, Record<string, string>>;
  filesystems: MadeWith[];
};

const columns = 'NAME,PATH,TYPE,FSTYPE,FSVER,LABEL,UUID,PARTUUID,PARTLABEL,PARTTYPE,SIZE,LOG-SEC,RM,TRAN,SERIAL,WWN';

/** The Debian package of each program that is asked for; elsewhere the names are the same or near. */
const packages: Record<string, string> = {
  lsblk: 'util-linux',
  sfdisk: 'fdisk',
  df: 'coreutils',
  lvs: 'lvm2',
  mdadm: 'mdadm',
  dumpe2fs: 'e2fsprogs',
  xfs_info: 'xfsprogs',
  rsync: 'rsync',
};

/** Output of a program that only reads; UserError names the package where it is missing. */
async function ask(io: ReadIo, argv: Argv, ok: readonly number[] = [0]): Promise<string> {
  const exit = await run(io, argv);
  if (!ok.includes(exit.code)) throw programFailed(exit, 'Read the disks of this machine');
  return exit.stdout;
}

async function run(io: ReadIo, argv: Argv) {
  try {
    return await io.run({ argv });
  } catch (cause) {
    throw new UserError(
      `${argv[0]} is not on this machine`,
      `Install it; its Debian package is ${packages[argv[0]] ?? argv[0]}.`,
      { cause },
    );
  }
}

/** Reads the machine. `excluded` are disks that the image shall not know of, as /dev/sdb. */
export async function collectGolden(io: ReadIo, excluded: readonly string[]): Promise<GoldenFacts> {
  const devices = await readDevices(io);
  const disks = devices.filter((one) => one.type === 'disk' && !one.rm && !isVirtual(one.path));
  for (const name of excluded)
    if (!disks.some((one) => one.path === name))
      throw new UserError(
        `${name} is no disk of this machine`,
        `Its disks are ${disks.map((one) => one.path).join(', ') || 'none'}.`,
      );
  const wanted = disks.filter((one) => !excluded.includes(one.path));
  const mounts = await readMounts(io);
  const all = flatten(devices);
  const lvm = all.some((one) => one.type === 'lvm') ? await readLvm(io) : undefined;
  const md: GoldenFacts['md'] = {};
  for (const path of new Set(all.filter((one) => isArray(one.type)).map((one) => one.path)))
    md[path] = await readArray(io, path);
  return {
    hostname: ((await io.readText('/proc/sys/kernel/hostname')) ?? '').trim(),
    disks: await readDumps(io, wanted),
    mounts,
    devices: devices.filter((one) => !excluded.includes(one.path)),
    used: await readUsed(io, mounts),
    ...readSwaps((await io.readText('/proc/swaps')) ?? ''),
    ...(lvm ? { lvm } : {}),
    md,
    filesystems: await readMadeWith(
      io,
      mounts.filter((one) => !isExcluded(one.device, devices, excluded)),
    ),
  };
}

const mib = 1024 ** 2;

/** proc_swaps(5): name, type, size in KiB without the first page, which is not swapped to. */
function readSwaps(text: string): Pick<GoldenFacts, 'swaps' | 'swapFiles'> {
  const rows = text
    .split('\n')
    .slice(1)
    .map((line) => line.split(/\s+/));
  const isFile = ([, type]: string[]) => type === 'file';
  return {
    swaps: rows.filter((row) => !isFile(row)).flatMap(([name]) => name || []),
    swapFiles: rows.filter(isFile).map(([name = '', , kib]) => {
      return { path: unescapeOctal(name), sizeBytes: Math.ceil((Number(kib) + 1) / 1024) * mib };
    }),
  };
}

/** lsblk(8) names an array by its level, and by `md` where it has none. */
const isArray = (type: string) => /^(raid\d+|linear|md)$/.test(type);

async function readArray(io: ReadIo, path: string): Promise<Record<string, string>> {
  const name = path.slice('/dev/'.length);
  const array = pairs(await ask(io, ['mdadm', '--detail', '--export', path]));
  for (const key of ['chunk_size', 'layout'] as const) {
    const value = await io.readText(under('/sys/class/block', name, 'md', key)).catch(() => undefined);
    if (value !== undefined) array[key] = value.trim();
  }
  return array;
}

/** Disks that have no place on another machine. */
const isVirtual = (path: string) => /^\/dev\/(loop|ram|zram|nbd|fd|sr)\d/.test(path);

const flatten = (nodes: readonly Device[]): Device[] =>
  nodes.flatMap((node) => [node, ...flatten(node.children ?? [])]);

async function readDevices(io: ReadIo): Promise<Device[]> {
  const text = await ask(io, ['lsblk', '--json', '--bytes', '--output', columns]);
  return z.object({ blockdevices: z.array(Nested) }).parse(JSON.parse(text)).blockdevices;
}

/** sfdisk(8) ends with 1 for a disk without partition table, as one that is a physical volume as a whole. */
async function readDumps(io: ReadIo, disks: readonly Device[]): Promise<GoldenFacts['disks']> {
  const dumps: GoldenFacts['disks'] = [];
  for (const { path } of disks) {
    const exit = await run(io, ['sfdisk', '--dump', path]);
    if (exit.code === 0) dumps.push({ name: path, dump: exit.stdout });
    else if (!/does not contain a recognized partition table/.test(exit.stderr))
      throw programFailed(exit, `Read the partition table of ${path}`);
  }
  return dumps;
}

async function readMounts(io: ReadIo): Promise<MountLine[]> {
  return ((await io.readText('/proc/self/mountinfo')) ?? '').split('\n').flatMap((line): MountLine[] => {
    const [before = '', after = ''] = line.split(' - ');
    const [, , devno, root, dir, own] = before.split(' ');
    const [type, device, superOptions = ''] = after.split(' ');
    if (devno === undefined || root === undefined || dir === undefined || type === undefined || device === undefined)
      return [];
    const options = [...new Set([...(own ?? '').split(','), ...superOptions.split(',')])].filter(Boolean).join(',');
    return [
      { device: unescapeOctal(device), dir: unescapeOctal(dir), type, options, root: unescapeOctal(root), devno },
    ];
  });
}

/** What each mounted block device holds; pseudo filesystems have no place in an image. */
async function readUsed(io: ReadIo, mounts: readonly MountLine[]): Promise<Used[]> {
  const dirs = mounts.filter((one) => one.device.startsWith('/dev/') && one.root === '/').map((one) => one.dir);
  if (dirs.length === 0) return [];
  // 1: one of them could not be asked; the others are told all the same.
  const text = await ask(io, ['df', '--block-size=1', '--output=used,iused,target', ...new Set(dirs)], [0, 1]);
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, bytes, inodes, dir] = /^\s*(\d+)\s+(\d+|-)\s+(\/.*)$/.exec(line) ?? [];
      return dir === undefined ? [] : [{ dir, bytes: Number(bytes), inodes: Number(inodes) || 0 }];
    });
}

/** True for what stands on an excluded disk, whatever lies between. */
function isExcluded(device: string, devices: readonly Device[], excluded: readonly string[]): boolean {
  return devices.some((disk) => excluded.includes(disk.path) && flatten([disk]).some((one) => one.path === device));
}

/** With what the mounted filesystems were made, as far as another mkfs might choose otherwise. */
async function readMadeWith(io: ReadIo, mounts: readonly MountLine[]): Promise<MadeWith[]> {
  const devices = new Map(mounts.map((one) => [one.device, one]));
  const found: MadeWith[] = [];
  for (const { device, dir, type } of devices.values()) {
    if (/^ext[234]$/.test(type)) found.push(readExt(device, await ask(io, ['dumpe2fs', '-h', device])));
    if (type === 'xfs') found.push(readXfs(device, await ask(io, ['xfs_info', dir])));
  }
  return found;
}

/** The head that `dumpe2fs -h` prints (dumpe2fs(8)). */
function readExt(device: string, text: string): MadeWith {
  const value = (name: string) => new RegExp(`^${name}: +(.*)$`, 'm').exec(text)?.[1];
  const [blockBytes, inodeBytes] = [Number(value('Block size')), Number(value('Inode size'))];
  return {
    device,
    features: value('Filesystem features')?.split(/\s+/).filter(Boolean) ?? [],
    ...(blockBytes ? { blockBytes } : {}),
    ...(inodeBytes ? { inodeBytes } : {}),
  };
}

/** The pairs that xfs_info(8) prints; of names that come twice, as bsize, the first is the filesystem's. */
function readXfs(device: string, text: string): MadeWith {
  const features = new Map<string, string>();
  for (const [, name = '', value = ''] of text.matchAll(/\b([a-z][a-z0-9-]*)=(\w+)/g))
    if (!features.has(name)) features.set(name, value);
  const [blockBytes, inodeBytes] = [Number(features.get('bsize')), Number(features.get('isize'))];
  return {
    device,
    features: [...features].map(([name, value]) => `${name}=${value}`),
    ...(blockBytes ? { blockBytes } : {}),
    ...(inodeBytes ? { inodeBytes } : {}),
  };
}

const report = z.object({ report: z.array(z.record(z.string(), z.array(z.unknown()))) });

/** lvm2's own JSON; sizes in bytes. */
async function readLvm(io: ReadIo): Promise<NonNullable<GoldenFacts['lvm']>> {
  const rows = async (program: 'pvs' | 'vgs' | 'lvs', fields: string, key: string) => {
    const text = await ask(io, [
      program,
      '--reportformat',
      'json',
      '--units',
      'b',
      '--nosuffix',
      '--options',
      fields,
      ...(program === 'lvs' ? ['--all'] : []),
    ]);
    return report.parse(JSON.parse(text)).report.flatMap((one) => one[key] ?? []);
  };
  return {
    pvs: await rows('pvs', 'pv_name,pv_uuid,vg_name,pv_size', 'pv'),
    vgs: await rows('vgs', 'vg_name,vg_uuid,vg_extent_size,vg_size,vg_tags', 'vg'),
    lvs: await rows('lvs', 'lv_name,lv_uuid,vg_name,lv_size,segtype,stripes,lv_attr,lv_path,pool_lv,origin', 'lv'),
  };
}

function pairs(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const at = line.indexOf('=');
      return at > 0 ? [[line.slice(0, at), line.slice(at + 1)]] : [];
    }),
  );
}
