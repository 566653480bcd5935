import { alignUp, type Extent, type Region, type Slot } from './fit.ts';
import type { PartToPlace } from './usable-region.ts';

/** A partition as a slot. */
export const slotOf = (part: PartToPlace): Slot => ({
  key: part.number,
  minBytes: part.minBytes,
  ...(part.sizeBytes === undefined ? {} : { sizeBytes: part.sizeBytes }),
});
/** A logical partition as a slot. */
export const logicalSlot = (part: PartToPlace): Slot => ({ ...slotOf(part), logical: true });

/** The key under which the free room at the end of an extended partition is placed; no partition has it. */
export const freeKey = 0;

/** The slots of an extended partition: its logical partitions, and free room if the extended partition is larger. */
export function extendedSlots(part: PartToPlace, logicals: readonly PartToPlace[], alignBytes: number): Slot[] {
  const slots = logicals.map(logicalSlot);
  const contentBytes = slots.reduce(
    (sum, slot) => sum + alignBytes + alignUp(slot.sizeBytes ?? slot.minBytes, alignBytes),
    0,
  );
  // An empty extended partition still needs room for a boot record.
  const minBytes = slots.length === 0 ? alignBytes : 0;
  if (part.sizeBytes !== undefined) {
    const freeBytes = part.sizeBytes - contentBytes;
    return freeBytes > 0 || slots.length === 0
      ? [...slots, { key: freeKey, sizeBytes: Math.max(freeBytes, minBytes), minBytes }]
      : slots;
  }
  return slots.some((slot) => slot.sizeBytes === undefined) ? slots : [...slots, { key: freeKey, minBytes }];
}

/** Puts the extended partition around its slots: from the boot record of the first to the end of the last. */
export function surround(
  extended: PartToPlace,
  slots: readonly Slot[],
  placed: Map<number, Extent>,
  region: Region,
): void {
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
