import { isExtended } from '../../common/model/layout.ts';
import { UserError } from '../../common/system/errors.ts';
import { extendedSlots, freeKey, logicalSlot, slotOf, surround } from './extended.ts';
import { type Extent, fit, type Region, type Shortage, type Slot } from './fit.ts';
import { keptExtent, keptInDiskOrder } from './kept-extents.ts';
import { type DiskSize, fitsAsWritten, type PartToPlace, unaligned, usableRegion } from './usable-region.ts';

/**
 * Finds the place of each partition, by number. `wished` are in their order on the disk, logical partitions behind the
 * extended one. A kept partition stays at its place, and divides the disk into regions that are fitted separately.
 */
export function placeDisk(
  wished: readonly PartToPlace[],
  label: 'gpt' | 'dos',
  disk: DiskSize,
): Map<number, Extent> | Shortage {
  const region = usableRegion(label, disk, wished);
  const kept = new Map(wished.filter((part) => part.keep).map((part) => [part.number, keptExtent(part, disk)]));
  const parts = keptInDiskOrder(wished, kept);
  const asWritten = () =>
    new Map(parts.map((part) => [part.number, { startBytes: part.startBytes ?? 0, sizeBytes: part.sizeBytes ?? 0 }]));
  if (kept.size === 0 && fitsAsWritten(parts, region)) return asWritten();

  const extended = parts.find(isExtended);
  const logicals = label === 'dos' ? parts.filter((part) => part.number > 4) : [];
  const placed = new Map(kept);
  const keptExtended = extended && kept.get(extended.number);
  if (!keptExtended && logicals.some((part) => part.keep))
    throw new UserError(
      `${disk.node}: a logical partition is to be kept, and the extended one around it is not`,
      `Write keep on the line of partition ${extended?.number} as well.`,
    );
  const slots = parts
    .filter((part) => part.number <= 4 || label === 'gpt')
    .flatMap((part): (Slot & { key?: number })[] =>
      part === extended && !keptExtended ? extendedSlots(part, logicals, region.alignBytes) : [slotOf(part)],
    );
  const lack = fillRegions(slots, region, placed);
  // A table of old tools, which counted in cylinders, may fill its disk, so that no start can move to an aligned place.
  if (lack) return kept.size === 0 && fitsAsWritten(parts, unaligned(region, label, parts)) ? asWritten() : lack;
  if (keptExtended) {
    const inside = {
      ...region,
      startBytes: keptExtended.startBytes,
      endBytes: keptExtended.startBytes + keptExtended.sizeBytes,
    };
    const lackInside = fillRegions(logicals.map(logicalSlot), inside, placed);
    if (lackInside) return lackInside;
  } else if (extended) surround(extended, slots, placed, region);
  return placed;
}

/**
 * Fits the slots between kept partitions. Slots without room before a kept partition come behind it; gives the shortage at
 * the end. An extended partition and its logical partitions stay together, because they follow each other.
 */
function fillRegions(slots: readonly Slot[], region: Region, placed: Map<number, Extent>): Shortage | undefined {
  let run: Slot[] = [];
  let startBytes = region.startBytes;
  const fill = (endBytes: number): Shortage | undefined => {
    if (run.length === 0) return undefined;
    const extents = fit(run, { ...region, startBytes, endBytes });
    if (!Array.isArray(extents)) return extents;
    for (const [at, extent] of extents.entries()) placed.set(run[at]?.key ?? freeKey, extent);
    run = [];
    return undefined;
  };
  for (const slot of slots) {
    const fixed = placed.get(slot.key ?? freeKey);
    if (!fixed) {
      run.push(slot);
      continue;
    }
    fill(fixed.startBytes);
    startBytes = Math.max(startBytes, fixed.startBytes + fixed.sizeBytes);
  }
  return fill(region.endBytes);
}
