import type { ImageFacts } from '../../common/model/image-facts.ts';
import {
  type DiskWish,
  isExtended,
  type Layout,
  partName,
  type PartWish,
  type VolumeGroupWish,
  volumeName,
} from '../../common/model/layout.ts';
import { filesystemOf } from '../../install/filesystems/index.ts';
import { alignDown, alignUp } from '../../install/layout/fit.ts';
import { extentBytes, memberBytesFor, pvDataOffset, userOf } from '../../install/layout/volumes.ts';
import type { GoldenDevices } from './golden-devices.ts';
import { contentOf, leastBytes, mib, toMib } from './sizes.ts';

/** A partition, array or volume of the golden client that holds a filesystem or swap, and where it was mounted. */
export type Used = { device: string; dirs: string[]; type: string };

/** The facts from which all sizes of a script are made. */
export type Sizes = { found: GoldenDevices; used: readonly Used[]; facts: ImageFacts };

const usedOf = (device: string, { used }: Sizes) => used.find((one) => one.device === device);
/** True for a filesystem that keeps owners and links, and so holds files of the image: it may take the rest of a disk. */
const holdsFiles = (one: Used) => !['swap', 'vfat'].includes(one.type);

/** A size in whole MiB, and at least the size that today's mkfs needs. */
function sizeFor(device: string, bytes: number, sizes: Sizes): number {
  const used = usedOf(device, sizes);
  return toMib(Math.max(bytes, used ? filesystemOf(used.type).minBytes : 0));
}

/** A group's volumes. If the group was full, its largest filesystem takes the rest. */
export function sizedGroup(group: GoldenDevices['groups'][number], sizes: Sizes): VolumeGroupWish {
  const sizeOf = (volume: string) => sizes.found.devices.get(volumeName(group.name, volume))?.sizeBytes ?? 0;
  const candidates = group.volumes.filter((volume) => {
    const used = usedOf(volumeName(group.name, volume), sizes);
    return group.isFull && used !== undefined && holdsFiles(used);
  });
  const [rest] = candidates.sort((a, b) => sizeOf(b) - sizeOf(a));
  const volumes = group.volumes.map((name) => {
    const least = leastOfUsed(volumeName(group.name, name), sizes);
    const sizeBytes = sizeFor(volumeName(group.name, name), sizeOf(name), sizes);
    if (name === rest) return { line: 0, name, minBytes: least ?? sizeBytes };
    return { line: 0, name, sizeBytes, minBytes: least === undefined ? undefined : Math.min(least, sizeBytes) };
  });
  return { line: 0, name: group.name, devices: group.devices, volumes };
}

/** Least size of a filesystem or swap area; undefined for a device that keeps its size, or holds nothing known. */
function leastOfUsed(device: string, sizes: Sizes): number | undefined {
  const used = usedOf(device, sizes);
  if (used?.type === 'swap') return 0;
  if (used === undefined || used.dirs.length === 0 || !holdsFiles(used)) return undefined;
  return leastBytes(contentOf(sizes.facts, used.dirs), used.type);
}

/** Least size of a device in the layout, through arrays and groups; undefined if no single number tells it. */
function leastOf(device: string, layout: Pick<Layout, 'raids' | 'groups'>, sizes: Sizes): number | undefined {
  const user = userOf(device, layout);
  if (!user) return leastOfUsed(device, sizes);
  if ('level' in user) {
    const least = leastOf(user.name, layout, sizes);
    return least === undefined || user.level === 'linear' ? undefined : toMib(memberBytesFor(user, least));
  }
  if (user.devices.length > 1) return undefined;
  const needed = user.volumes.map((one) => alignUp(one.minBytes ?? one.sizeBytes ?? 0, extentBytes));
  return toMib(needed.reduce((sum, one) => sum + one, 0) + pvDataOffset);
}

/** A disk's partitions: the largest with files or volumes takes the rest, and a partition that can shrink has a least size. */
export function sizedDisk(disk: DiskWish, layout: Pick<Layout, 'raids' | 'groups'>, sizes: Sizes): DiskWish {
  const nameOf = (part: PartWish) => partName(disk.name, part.number);
  const mayGrow = (part: PartWish) => {
    const used = usedOf(nameOf(part), sizes);
    return (used !== undefined && holdsFiles(used)) || userOf(nameOf(part), layout) !== undefined;
  };
  const [largest] = disk.parts.filter(mayGrow).sort((a, b) => (b.sizeBytes ?? 0) - (a.sizeBytes ?? 0));
  const restIsLogical = disk.label === 'dos' && (largest?.number ?? 0) > 4;
  const inOrder = disk.parts.toSorted((a, b) => (a.startBytes ?? 0) - (b.startBytes ?? 0));
  const parts = inOrder.map((whole): PartWish => {
    const { sizeBytes } = whole;
    const part = structuredClone(whole);
    delete part.startBytes;
    delete part.sizeBytes;
    // A disk seldom ends at a whole MiB: rounded up, the last partition would not fit on an equal disk, if none takes the rest.
    const isLast = largest === undefined && whole === inOrder.at(-1) && (sizeBytes ?? 0) > mib;
    const size =
      sizeBytes === undefined
        ? {}
        : { sizeBytes: isLast ? alignDown(sizeBytes, mib) : sizeFor(nameOf(whole), sizeBytes, sizes) };
    // If a logical partition takes the rest, the extended partition has to grow with it.
    if (isExtended(part)) return restIsLogical ? part : { ...part, ...size };
    const least = leastOf(nameOf(part), layout, sizes);
    const min = least === undefined ? {} : { minBytes: Math.min(least, size.sizeBytes ?? least) };
    return whole === largest
      ? { ...part, ...(least === undefined ? {} : { minBytes: least }) }
      : { ...part, ...size, ...min };
  });
  return { ...disk, parts };
}
