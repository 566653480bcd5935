import type { DiskFacts } from '../../common/model/machine.ts';

/** A place on a disk, in bytes. */
export type Extent = { startBytes: number; sizeBytes: number };

/** One thing to find room for, in the order on the disk. */
export type Slot = {
  /** Undefined for room that stays free. */
  key?: number;
  /** Undefined: takes the rest. At most one slot of a region does. */
  sizeBytes?: number;
  minBytes: number;
  /** A logical partition: its boot record lies before it, in an aligned block of its own. */
  logical?: boolean;
};

/** Where to put slots. Both ends are multiples of the sector. */
export type Region = { startBytes: number; endBytes: number; alignBytes: number; sectorBytes: number };

/** The slots need more room than the region has. */
export type Shortage = { neededBytes: number; haveBytes: number };

const MiB = 1024 ** 2;

/** Some disks and USB bridges give nonsense (33553920) as their optimal size; such a size is no multiple of a page. */
const pageBytes = 4096;

/** Partitions begin at multiples of this: 1 MiB as all partitioning tools do since 2010, or the disk's optimal I/O size. */
export function alignmentOf(disk: Pick<DiskFacts, 'optimalIoBytes'>): number {
  return disk.optimalIoBytes % pageBytes === 0 ? Math.max(MiB, disk.optimalIoBytes) : MiB;
}

/** `bytes`, or the next multiple of `unit` above it. */
export function alignUp(bytes: number, unit: number): number {
  return Math.ceil(bytes / unit) * unit;
}

/** `bytes`, or the next multiple of `unit` below it. */
export function alignDown(bytes: number, unit: number): number {
  return Math.floor(bytes / unit) * unit;
}

/**
 * Gives each slot a place. If all sizes fit, they stay exact, and the rest takes the room that is left; else the rest
 * gets its minimum, and the other slots shrink in proportion to size − min. Every start is aligned.
 */
export function fit(slots: readonly Slot[], region: Region): Extent[] | Shortage {
  const { alignBytes: unit, sectorBytes, endBytes } = region;
  const least = (slot: Slot) => alignUp(slot.minBytes, slot.sizeBytes === undefined ? unit : sectorBytes);
  const wanted = slots.map((slot) =>
    alignUp(slot.sizeBytes ?? least(slot), slot.sizeBytes === undefined ? unit : sectorBytes),
  );
  const endWanted = endOf(wanted, slots, region);
  if (endWanted <= endBytes) {
    const spare = alignDown(endBytes - endWanted, unit);
    return place(
      wanted.map((size, at) => (slots[at]?.sizeBytes === undefined ? size + spare : size)),
      slots,
      region,
    );
  }
  const minimal = slots.map((slot, at) => Math.min(least(slot), wanted[at] ?? 0));
  const endMinimal = endOf(minimal, slots, region);
  if (endMinimal > endBytes)
    return { neededBytes: endMinimal - region.startBytes, haveBytes: Math.max(0, endBytes - region.startBytes) };
  const shrunk = shrink(wanted, minimal, (alignUp(endWanted, unit) - alignDown(endBytes, unit)) / unit, unit);
  return place(endOf(shrunk, slots, region) <= endBytes ? shrunk : minimal, slots, region);
}

/** Takes `excessUnits` away, from each slot in proportion to the units that the slot can give. */
function shrink(wanted: readonly number[], minimal: readonly number[], excessUnits: number, unit: number): number[] {
  const most = wanted.map((size) => Math.ceil(size / unit));
  const can = most.map((units, at) => units - Math.ceil((minimal[at] ?? 0) / unit));
  const total = can.reduce((sum, units) => sum + units, 0);
  const take = Math.min(total, excessUnits);
  const taken = can.map((units) => (total === 0 ? 0 : Math.floor((take * units) / total)));
  let left = take - taken.reduce((sum, units) => sum + units, 0);
  for (const at of taken.keys()) {
    if (left === 0) break;
    if ((taken[at] ?? 0) >= (can[at] ?? 0)) continue;
    taken[at] = (taken[at] ?? 0) + 1;
    left -= 1;
  }
  return wanted.map((size, at) => {
    const units = taken[at] ?? 0;
    return units === 0 ? size : Math.max(minimal[at] ?? 0, ((most[at] ?? 0) - units) * unit);
  });
}

function place(sizes: readonly number[], slots: readonly Slot[], region: Region): Extent[] {
  let at = region.startBytes;
  return sizes.map((sizeBytes, index) => {
    const startBytes = alignUp(at, region.alignBytes) + (slots[index]?.logical ? region.alignBytes : 0);
    at = startBytes + sizeBytes;
    return { startBytes, sizeBytes };
  });
}

function endOf(sizes: readonly number[], slots: readonly Slot[], region: Region): number {
  const last = place(sizes, slots, region).at(-1);
  return last ? last.startBytes + last.sizeBytes : region.startBytes;
}
