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

/** Everything that an image must remember of the machine it was taken from. Texts and JSON are the tools' own. */
export type GoldenFacts = Swaps & {
  hostname: string;
  disks: DiskDump[];
  mounts: MountLine[];
  devices: Device[];
  /** Where disks are mounted that the image shall not know of. */
  excludedDirs: string[];
  used: GoldenRecord['used'];
  lvm?: Lvm;
  /** `mdadm --detail --export` of each array, as pairs, and its chunk_size and layout in /sys. */
  md: Record<string, Record<string, string>>;
  filesystems: MadeWith[];
};

/** Reads the machine. `excluded` are disks that the image shall not know of, as /dev/sdb. `leftOut` are others that it will not. */
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
  /** True where something is on the device or on what stands on it. */
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

/** Arrays and volume groups; where a tool fails over those that nothing uses, they are left out. */
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
