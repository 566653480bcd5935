import { isVirtualDisk, type MadeWith } from '../../common/model/storage.ts';
import { UserError } from '../../common/system/errors.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { type Device, type DiskDump, flatten, isExcluded, readDevices, readDumps } from './devices.ts';
import { readMadeWith } from './made-with.ts';
import { type MountLine, readMounts, readSwaps, readUsed, type Swaps, type Used, withDevicePaths } from './mounts.ts';
import { isArray, type Lvm, readArray, readLvm } from './volumes.ts';

/** Everything that an image must remember of the machine it was taken from. Texts and JSON are the tools' own. */
export type GoldenFacts = Swaps & {
  hostname: string;
  disks: DiskDump[];
  mounts: MountLine[];
  devices: Device[];
  /** Where disks are mounted that the image shall not know of. */
  excludedDirs: string[];
  used: Used[];
  lvm?: Lvm;
  /** `mdadm --detail --export` of each array, as pairs, and its chunk_size and layout in /sys. */
  md: Record<string, Record<string, string>>;
  filesystems: MadeWith[];
};

/** Reads the machine. `excluded` are disks that the image shall not know of, as /dev/sdb. */
export async function collectGolden(io: ReadIo, excluded: readonly string[]): Promise<GoldenFacts> {
  const devices = await readDevices(io);
  const disks = devices.filter((one) => one.type === 'disk' && !one.rm && !isVirtualDisk(one.path));
  for (const name of excluded)
    if (!disks.some((one) => one.path === name))
      throw new UserError(
        `${name} is no disk of this machine`,
        `Its disks are ${disks.map((one) => one.path).join(', ') || 'none'}.`,
      );
  const wanted = disks.filter((one) => !excluded.includes(one.path));
  const all = flatten(devices);
  const mounts = withDevicePaths(await readMounts(io), all);
  const isLeftOut = (mount: MountLine) => isExcluded(mount.device, devices, excluded);
  const lvm = all.some((one) => one.type === 'lvm') ? await readLvm(io) : undefined;
  const md: GoldenFacts['md'] = {};
  for (const path of new Set(all.filter((one) => isArray(one.type)).map((one) => one.path)))
    md[path] = await readArray(io, path);
  return {
    hostname: ((await io.readText('/proc/sys/kernel/hostname')) ?? '').trim(),
    disks: await readDumps(io, wanted),
    mounts,
    devices: devices.filter((one) => !excluded.includes(one.path)),
    excludedDirs: mounts.filter(isLeftOut).map((one) => one.dir),
    used: await readUsed(io, mounts),
    ...readSwaps((await io.readText('/proc/swaps')) ?? ''),
    ...(lvm ? { lvm } : {}),
    md,
    filesystems: await readMadeWith(
      io,
      mounts.filter((one) => !isLeftOut(one)),
    ),
  };
}
