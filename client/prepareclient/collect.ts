import { isNeeded } from '../../common/model/needed.ts';
import type { GoldenRecord, MadeWith } from '../../common/model/storage.ts';
import { UserError } from '../../common/system/errors.ts';
import type { ReadIo } from '../../common/system/io.ts';
import {
  chooseDisks,
  type Device,
  type DiskDump,
  excludeHint,
  flatten,
  isExcluded,
  type LeftOut,
  readDevices,
  readDumps,
} from './devices.ts';
import { readMadeWith } from './made-with.ts';
import {
  type MountLine,
  readFstabOptions,
  readMounts,
  readSwaps,
  readUsed,
  type Swaps,
  withDevicePaths,
} from './mounts.ts';
import { isArray, type Lvm, readArray, readLvm } from './volumes.ts';

/** Everything that an image must remember of its golden client. Texts and JSON are as the tools print them. */
export type GoldenFacts = Swaps & {
  hostname: string;
  disks: DiskDump[];
  mounts: MountLine[];
  devices: Device[];
  /** The mount points of disks that the image leaves out. */
  excludedDirs: string[];
  used: GoldenRecord['used'];
  lvm?: Lvm;
  /** `mdadm --detail --export` of each array, as pairs, and its chunk_size and layout in /sys. */
  md: Record<string, Record<string, string>>;
  filesystems: MadeWith[];
};

/** Reads the machine without the disks `excluded`, such as /dev/sdb. `leftOut` lists what else the image leaves out. */
export async function collectGolden(
  io: ReadIo,
  excluded: readonly string[],
): Promise<{ facts: GoldenFacts; leftOut: LeftOut[] }> {
  const tree = await readDevices(io);
  const all = flatten(tree);
  refuseUnknown(excluded, all);
  const devices = tree.filter((one) => !excluded.includes(one.path));
  const mounts = withDevicePaths(await readMounts(io), all);
  const swaps = readSwaps((await io.readText('/proc/swaps')) ?? '');
  const fstab = readFstabOptions((await io.readText('/etc/fstab')) ?? '');
  /** True if swap, or a mount that counts, is on the device or on a device above it. */
  const holds = (device: Device, counts: (mount: MountLine) => boolean): boolean =>
    flatten([device]).some(
      ({ path, kname }) =>
        mounts.some((one) => one.device === path && counts(one)) ||
        [path, kname].some((name) => name !== undefined && swaps.swaps.includes(name)),
    );
  const isUsed = (device: Device) => holds(device, () => true);
  const chosen = chooseDisks(devices, (disk) => holds(disk, ({ dir }) => isNeeded(dir, fstab.get(dir))));
  const read = await readDumps(io, chosen.disks, isUsed);
  const foreign = [...excluded, ...[...chosen.leftOut, ...read.leftOut].map((one) => one.device)];
  const isLeftOut = (mount: MountLine) => isExcluded(mount.device, tree, foreign);
  const kept = flatten(devices.filter((one) => !foreign.includes(one.path)));
  const volumes = await readVolumes(io, kept, isUsed);
  return {
    facts: {
      hostname: ((await io.readText('/proc/sys/kernel/hostname')) ?? '').trim(),
      disks: read.dumps,
      mounts,
      devices,
      excludedDirs: mounts.filter(isLeftOut).map((one) => one.dir),
      used: await readUsed(io, mounts),
      ...swaps,
      lvm: volumes.lvm,
      md: volumes.md,
      filesystems: await readMadeWith(
        io,
        // A stick that was pulled out is still mounted, and no tool can ask about it.
        mounts.filter((one) => !isLeftOut(one) && all.some(({ path }) => path === one.device)),
        (device) => devices.find((disk) => isExcluded(device, [disk], [disk.path]))?.path,
      ),
    },
    leftOut: [...chosen.leftOut, ...read.leftOut, ...volumes.leftOut],
  };
}

function refuseUnknown(excluded: readonly string[], all: readonly Device[]): void {
  const disks = [...new Set(all.filter((one) => one.type === 'disk').map((one) => one.path))];
  for (const name of excluded)
    if (!disks.includes(name))
      throw new UserError(`${name} is no disk of this machine`, `Its disks are ${disks.join(', ') || 'none'}.`);
}

/** Reads arrays and volume groups, and leaves out those that nothing uses if their tool fails. */
async function readVolumes(
  io: ReadIo,
  all: readonly Device[],
  isUsed: (device: Device) => boolean,
): Promise<Pick<GoldenFacts, 'lvm' | 'md'> & { leftOut: LeftOut[] }> {
  const leftOut: LeftOut[] = [];
  const attempt = async <T>(what: string, of: readonly Device[], work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const used = of.find(isUsed);
      if (used) {
        const disk = all.find((one) => one.type === 'disk' && flatten([one]).some(({ path }) => path === used.path));
        throw new UserError(error.message, `${error.hint} ${excludeHint(disk?.path ?? 'DISK')}`, { cause: error });
      }
      leftOut.push({ device: what, why: error.message });
      return undefined;
    }
  };
  const lvs = all.filter((one) => one.type === 'lvm');
  const lvm = lvs.length > 0 ? await attempt('logical volumes', lvs, () => readLvm(io)) : undefined;
  const md: GoldenFacts['md'] = {};
  for (const array of new Map(all.filter((one) => isArray(one.type ?? '')).map((one) => [one.path, one])).values()) {
    const found = await attempt(array.path, [array], () => readArray(io, array.path));
    if (found) md[array.path] = found;
  }
  return { lvm, md, leftOut };
}
