import { isExtended, type PartWish } from '../../common/model/layout.ts';
import { showSize } from '../../common/model/layout/size.ts';
import type { DiskFacts } from '../../common/model/machine.ts';
import { UserError } from '../../common/system/errors.ts';
import { alignmentOf, alignUp, type Extent, fit, type Region, type Shortage, type Slot } from './fit.ts';
import { gptEntriesBytes } from './gpt.ts';

/** A partition to place. `minBytes` is all that it needs here, and never more than `sizeBytes`. */
export type PartToPlace = Pick<PartWish, 'number' | 'startBytes' | 'sizeBytes' | 'type' | 'keep'> & {
  minBytes: number;
};

/** A dos table counts sectors in 32 bits. */
const dosMaxSectors = 2 ** 32 - 1;

type DiskSize = Pick<DiskFacts, 'bytes' | 'sectorBytes' | 'optimalIoBytes' | 'node' | 'parts'>;

/** Where partitions may lie on a disk. */
function usableRegion(label: 'gpt' | 'dos', disk: DiskSize, parts: readonly PartToPlace[]): Region {
  const { sectorBytes } = disk;
  const alignBytes = alignmentOf(disk);
  const behind = label === 'gpt' ? gptEntriesBytes(parts) + sectorBytes : 0;
  const limit = label === 'gpt' ? disk.bytes : Math.min(disk.bytes, dosMaxSectors * sectorBytes);
  return {
    startBytes: alignBytes,
    endBytes: Math.floor(limit / sectorBytes) * sectorBytes - behind,
    alignBytes,
    sectorBytes,
  };
}

/**
 * Finds the place of each partition, by number. `wished` are in their order on the disk, logical ones behind the extended
 * one. A kept partition stays where this disk has it and parts the disk into regions that are fitted by themselves.
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
  // A table of old tools, which counted in cylinders, may fill its disk so that no start can move to where it should be.
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

/** The lines with the kept ones among them changed round, so that those follow each other as on the disk. */
function keptInDiskOrder(wished: readonly PartToPlace[], kept: ReadonlyMap<number, Extent>): PartToPlace[] {
  const start = (part: PartToPlace) => kept.get(part.number)?.startBytes ?? 0;
  const sorted = wished.filter((part) => part.keep).toSorted((a, b) => start(a) - start(b));
  return wished.map((part) => (part.keep ? (sorted.shift() ?? part) : part));
}

const slotOf = (part: PartToPlace): Slot => ({
  key: part.number,
  minBytes: part.minBytes,
  ...(part.sizeBytes === undefined ? {} : { sizeBytes: part.sizeBytes }),
});
const logicalSlot = (part: PartToPlace): Slot => ({ ...slotOf(part), logical: true });

/** The key under which the free room at the end of an extended partition is placed; no partition has it. */
const freeKey = 0;

/** An extended partition is its logical ones, and room that stays free where it is larger than they are. */
function extendedSlots(part: PartToPlace, logicals: readonly PartToPlace[], alignBytes: number): Slot[] {
  const slots = logicals.map(logicalSlot);
  const contentBytes = slots.reduce(
    (sum, slot) => sum + alignBytes + alignUp(slot.sizeBytes ?? slot.minBytes, alignBytes),
    0,
  );
  // An empty one still needs room for a boot record.
  const minBytes = slots.length === 0 ? alignBytes : 0;
  if (part.sizeBytes !== undefined) {
    const freeBytes = part.sizeBytes - contentBytes;
    return freeBytes > 0 || slots.length === 0
      ? [...slots, { key: freeKey, sizeBytes: Math.max(freeBytes, minBytes), minBytes }]
      : slots;
  }
  return slots.some((slot) => slot.sizeBytes === undefined) ? slots : [...slots, { key: freeKey, minBytes }];
}

/** Puts the extended partition around what lies in it: from the boot record of the first to the end of the last. */
function surround(extended: PartToPlace, slots: readonly Slot[], placed: Map<number, Extent>, region: Region): void {
  const inside = slots
    .filter((slot) => slot.logical || slot.key === freeKey)
    .map((slot) => placed.get(slot.key ?? freeKey));
  const starts = inside.map((extent) => extent?.startBytes ?? 0);
  const ends = inside.map((extent) => (extent?.startBytes ?? 0) + (extent?.sizeBytes ?? 0));
  const hasLogical = slots.some((slot) => slot.logical);
  const startBytes = Math.min(...starts) - (hasLogical ? region.alignBytes : 0);
  placed.delete(freeKey);
  placed.set(extended.number, { startBytes, sizeBytes: Math.max(...ends) - startBytes });
}

/**
 * Fits what lies between kept partitions. What has no room before one comes behind it; says what lacks in the end. An
 * extended partition and its logical ones stay together, for they follow each other.
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

/** The place of a partition that stays; refuses where it is missing or not where the script says. */
function keptExtent(part: PartToPlace, disk: DiskSize): Extent {
  const found = disk.parts.find((one) => one.number === part.number);
  const hint = 'Take keep off its line to make it anew, or correct its numbers; lsblk shows what is there.';
  if (!found) throw new UserError(`${disk.node} has no partition ${part.number} to keep`, hint);
  if (part.startBytes !== undefined && part.startBytes !== found.startBytes)
    throw new UserError(
      `${found.node} is to be kept, but begins at byte ${found.startBytes} and not at ${part.startBytes}`,
      hint,
    );
  // The kernel shows an extended partition as two sectors at most (Linux block/partitions/msdos.c).
  if (part.sizeBytes !== undefined && !isExtended(part) && part.sizeBytes !== found.sizeBytes)
    throw new UserError(
      `${found.node} is to be kept, but has ${found.sizeBytes} bytes (${showSize(found.sizeBytes)}) and not ${part.sizeBytes}`,
      hint,
    );
  if (isExtended(part) && part.sizeBytes === undefined)
    throw new UserError(`${found.node} is extended and to be kept: its line needs size=`, hint);
  return { startBytes: found.startBytes, sizeBytes: isExtended(part) ? (part.sizeBytes ?? 0) : found.sizeBytes };
}

/** All of a disk that may hold partitions: behind the sector of a dos table, or the header and entries of a gpt. */
function unaligned(region: Region, label: 'gpt' | 'dos', parts: readonly PartToPlace[]): Region {
  const { sectorBytes } = region;
  const startBytes = label === 'gpt' ? gptEntriesBytes(parts) + 2 * sectorBytes : sectorBytes;
  return { ...region, startBytes, alignBytes: sectorBytes };
}

/** True where starts and sizes of the script can stand on this disk just so: a disk of the golden client's size. */
function fitsAsWritten(parts: readonly PartToPlace[], region: Region): boolean {
  const extended = parts.find(isExtended);
  const end = (part: PartToPlace) => (part.startBytes ?? 0) + (part.sizeBytes ?? 0);
  const holds = (part: PartToPlace) => {
    const { startBytes, sizeBytes, minBytes } = part;
    if (startBytes === undefined || sizeBytes === undefined || sizeBytes < minBytes) return false;
    const isLogical = extended !== undefined && part.number > 4;
    return (
      // Debian's installer has an extended partition begin two sectors before its first logical one.
      startBytes % (part === extended ? region.sectorBytes : region.alignBytes) === 0 &&
      sizeBytes % region.sectorBytes === 0 &&
      startBytes >= (isLogical ? (extended.startBytes ?? 0) + region.sectorBytes : region.startBytes) &&
      end(part) <= (isLogical ? end(extended) : region.endBytes)
    );
  };
  const clash = (a: PartToPlace, b: PartToPlace, gapBytes: number) =>
    (a.startBytes ?? 0) - gapBytes < end(b) && (b.startBytes ?? 0) < end(a);
  const apart = (some: PartToPlace[], gapBytes: number) =>
    some.every((a) => some.every((b) => a === b || !clash(a, b, gapBytes)));
  const isLogical = (part: PartToPlace) => extended !== undefined && part.number > 4;
  return (
    parts.every(holds) &&
    apart(
      parts.filter((part) => !isLogical(part)),
      0,
    ) &&
    apart(parts.filter(isLogical), region.sectorBytes)
  );
}
