import { fitsType, isBind, namesDevice, specTag } from '../../common/model/layout/mount-spec.ts';
import { type MountWish, partUuid } from '../../common/model/layout.ts';
import { isVirtualDisk } from '../../common/model/disk-origin.ts';
import { type Golden, mountAt } from './golden.ts';
import type { GoldenDevices } from './golden-devices.ts';
import type { Used } from './golden-sizes.ts';

/**
 * A line of the golden client's fstab, and the device in use that the line means, if there is one. `holds` is the real type of a
 * device that the line names with another type.
 */
export type FstabLine = { line: MountWish; used?: Used; holds?: string };

/** True if the line's first field is the device's name or one of its tags, whatever is mounted. */
export function means({ spec }: MountWish, device: string, { nameOf, devices }: GoldenDevices): boolean {
  const { known, disk, part } = devices.get(device) ?? {};
  const found = specTag(spec);
  if (!found) return nameOf(spec) === device;
  const own = {
    UUID: known?.uuid,
    LABEL: known?.label,
    PARTLABEL: part?.name,
    PARTUUID: disk && part && partUuid(disk, part),
    ID: undefined,
  }[found.tag];
  return found.tag.endsWith('UUID') ? own?.toLowerCase() === found.value.toLowerCase() : own === found.value;
}

/** True for a line that needs a block device: by its own words, or because the golden client knows the name as one. */
export const needsDevice = (line: MountWish, golden: Golden, { nameOf, devices }: GoldenDevices): boolean =>
  namesDevice(line) ||
  (!isVirtualDisk(line.spec) &&
    !isBind(line.options) &&
    (devices.has(nameOf(line.spec)) || golden.devices.some((one) => one.path === line.spec)));

/** The device that was mounted on the line's directory; undefined for lines without a device, and for bind mounts. */
function mountedOn(line: MountWish, golden: Golden, found: GoldenDevices): string | undefined {
  const mount = needsDevice(line, golden, found) ? mountAt(golden, line.dir) : undefined;
  return mount && found.nameOf(mount.device);
}

/**
 * The device of a line: the device that it names; of several with that name, the one that was mounted there. A line may use a
 * name of udev that nobody wrote down: then the device that was mounted there counts, unless another line names that device.
 */
function deviceOf(line: MountWish, golden: Golden, found: GoldenDevices, all: readonly Used[]): Used | undefined {
  const meant = isBind(line.options) ? [] : all.filter((one) => means(line, one.device, found));
  const wasThere = meant.find((one) =>
    golden.mounted.some(({ dir, device }) => dir === line.dir && found.nameOf(device) === one.device),
  );
  const seen = all.find((one) => one.device === mountedOn(line, golden, found));
  const isOthers =
    seen !== undefined &&
    golden.fstab.some((one) => one !== line && one.dir === line.dir && means(one, seen.device, found));
  const isNode = specTag(line.spec) === undefined;
  // The kernel's command line names the root, and the line of fstab may be wrong about it.
  if (line.dir === '/' && seen) return seen;
  return wasThere ?? (isNode && !isOthers ? seen : undefined) ?? meant[0] ?? seen;
}

/**
 * Finds out which device each line means: by its name, by the mount on its directory, by another line with the same name, or as
 * the only swap area. A line with another type than the device's does not count, unless the device is mounted there: the kernel
 * and systemd mount the root with any type in the line.
 */
export function readLines(golden: Golden, found: GoldenDevices, all: readonly Used[]): FstabLine[] {
  const bySpec = new Map<string, Used>();
  for (const line of golden.fstab) {
    const used = deviceOf(line, golden, found, all);
    if (used && !bySpec.has(line.spec)) bySpec.set(line.spec, used);
  }
  const swaps = golden.fstab.filter((line) => line.type === 'swap' && needsDevice(line, golden, found));
  const areas = all.filter((one) => one.type === 'swap');
  const [swap] = swaps;
  if (swap && areas[0] && swaps.length === 1 && areas.length === 1 && !bySpec.has(swap.spec))
    bySpec.set(swap.spec, areas[0]);
  const lines = golden.fstab.map((line): FstabLine => {
    const used = isBind(line.options) ? undefined : bySpec.get(line.spec);
    const isRight = used && (fitsType(line.type, used.type) || mountedOn(line, golden, found) === used.device);
    return isRight ? { line, used } : used ? { line, holds: used.type } : { line };
  });
  // Lines for mounted devices come first: of several lines for one directory, the installation takes the first.
  const isSeen = ({ line, used }: FstabLine) => used !== undefined && mountedOn(line, golden, found) === used.device;
  const isHidden = (one: FstabLine) =>
    one.used !== undefined && !isSeen(one) && lines.some((other) => other.line.dir === one.line.dir && isSeen(other));
  return [...lines.filter((one) => !isHidden(one)), ...lines.filter(isHidden)];
}
