import { isExtended } from '../../common/model/layout.ts';
import { showSize } from '../../common/model/layout/size.ts';
import { UserError } from '../../common/system/errors.ts';
import type { Extent } from './fit.ts';
import type { DiskSize, PartToPlace } from './usable-region.ts';

/** The place of a partition that stays; throws if the partition is missing, or at another place than in the script. */
export function keptExtent(part: PartToPlace, disk: DiskSize): Extent {
  const found = disk.parts.find((one) => one.number === part.number);
  const hint = 'Take keep off the line to make the partition anew, or correct the numbers; lsblk shows what is there.';
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
    throw new UserError(`${found.node} is extended and to be kept: the line of that partition needs size=`, hint);
  return { startBytes: found.startBytes, sizeBytes: isExtended(part) ? (part.sizeBytes ?? 0) : found.sizeBytes };
}

/** The lines, with the kept partitions among them swapped so that they follow each other as on the disk. */
export function keptInDiskOrder(wished: readonly PartToPlace[], kept: ReadonlyMap<number, Extent>): PartToPlace[] {
  const start = (part: PartToPlace) => kept.get(part.number)?.startBytes ?? 0;
  const sorted = wished.filter((part) => part.keep).toSorted((a, b) => start(a) - start(b));
  return wished.map((part) => (part.keep ? (sorted.shift() ?? part) : part));
}
