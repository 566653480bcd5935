import {
  isMissingPv,
  isOfGroup,
  isSameBtrfs,
  notLinear,
  onMissingPv,
  raidOf,
  whyNot,
} from '../../common/model/golden-kinds.ts';
import { arraysOf } from '../../common/model/md-array.ts';
import { type FlatDevice, flattenDevices, type Lvm, Storage } from '../../common/model/storage.ts';
import { findFilesystem } from '../../install/filesystems/index.ts';
import type { GoldenFacts } from './collect.ts';
import type { MountLine } from './mounts.ts';
import { mapperNode } from '../../common/model/device-names.ts';

/** Read-only filesystems: media such as CDs, and package files that are mounted as a folder. */
const readOnly = /^(squashfs|iso9660|udf|erofs|cramfs)$/;

/** True for files on a disk of this machine; the kernel's own filesystems and network filesystems name no block device. */
const isOnDisk = ({ device, type }: MountLine) =>
  type === 'zfs' || (device.startsWith('/dev/') && device !== '/dev/fuse' && !readOnly.test(type));

/** What an image and its script cannot restore of this machine, one sentence each. */
export function whatIsLost(
  facts: Pick<GoldenFacts, 'devices' | 'mounts' | 'excludedDirs' | 'lvm' | 'md' | 'swaps'>,
): string[] {
  const mounts = facts.mounts.filter(({ dir }) => !facts.excludedDirs.includes(dir));
  const problems = unmadeDevices({ ...facts, mounts });
  for (const mount of mounts) {
    if (!isOnDisk(mount) || findFilesystem(mount.type) || mount.root !== '/') continue;
    problems.push(
      `${mount.dir} is ${mount.type}, which is not made on other machines: the files there would be left out`,
    );
  }
  const root = facts.mounts.findLast((one) => one.dir === '/');
  if (facts.excludedDirs.includes('/')) problems.push(`/ lies on ${root?.device}, which is left out`);
  if (!root || !isOnDisk(root))
    problems.push(
      `/ is ${root?.type ?? 'not mounted'}: the machine looks like a live system, not like an installed machine`,
    );
  return [...new Set(problems)];
}

/** Devices in use that no section of a layout can make. */
function unmadeDevices({
  devices,
  mounts,
  lvm,
  md,
  swaps,
}: Omit<Parameters<typeof whatIsLost>[0], 'excludedDirs'>): string[] {
  const storage = Storage.parse({ lsblk: { blockdevices: devices }, md, lvm });
  const flat = flattenDevices(storage);
  const known = new Map(flat.map((one) => [one.path, one]));
  const dirsOf = (path: string) => mounts.filter((one) => one.device === path).map((one) => one.dir);
  const isUsed = ({ path, kname }: FlatDevice): boolean =>
    dirsOf(path).length > 0 ||
    [path, kname].some((name) => name !== undefined && name !== null && swaps.includes(name)) ||
    flat.some((one) => one.parents.includes(path) && isUsed(one));
  const rows = new Map<string, Lvm['lvs']>();
  for (const lv of storage.lvm?.lvs ?? []) {
    const node = mapperNode(lv.vg_name, lv.lv_name);
    rows.set(node, [...(rows.get(node) ?? []), lv]);
  }
  const { pvs = [], vgs = [] } = storage.lvm ?? {};
  const groups = vgs.map((one) => one.vg_name);
  const arrays = new Map(arraysOf(storage).map((array) => [array.device, array]));
  const whyOf = (one: FlatDevice): string | undefined => {
    const [segments, array] = [rows.get(one.path), arrays.get(one.path)];
    if (segments) {
      const isPartial = pvs.some((pv) => pv.vg_name === segments[0]?.vg_name && isMissingPv(pv.pv_name));
      return isPartial ? onMissingPv : notLinear(segments);
    }
    const wish = array && raidOf(array, (device) => device);
    if (typeof wish === 'string') return wish;
    if (isOfGroup(one.path, groups)) return undefined;
    const others = flat.filter((other) => other !== one && isSameBtrfs(one, other)).map((other) => other.path);
    return others.length > 0 ? `is one btrfs with ${others.join(' and ')}` : whyNot(one, known);
  };
  return flat.filter(isUsed).flatMap((one) => {
    const why = whyOf(one);
    const dirs = dirsOf(one.path);
    return why === undefined
      ? []
      : [`${one.path}${dirs.length > 0 ? ` (${dirs.join(', ')})` : ''} ${why}: not made on other machines`];
  });
}
