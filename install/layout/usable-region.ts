import { isExtended, type PartWish } from '../../common/model/layout.ts';
import type { DiskFacts } from '../../common/model/machine.ts';
import { alignmentOf, type Region } from './fit.ts';
import { gptEntriesBytes } from './gpt.ts';

/** A partition to place. `minBytes` is the least room for the partition here, and never more than `sizeBytes`. */
export type PartToPlace = Pick<PartWish, 'number' | 'startBytes' | 'sizeBytes' | 'type' | 'keep'> & {
  minBytes: number;
};

/** The facts of a disk that decide where partitions may lie. */
export type DiskSize = Pick<DiskFacts, 'bytes' | 'sectorBytes' | 'optimalIoBytes' | 'node' | 'parts'>;

/** A dos table counts sectors in 32 bits. */
const dosMaxSectors = 2 ** 32 - 1;

/** Where partitions may lie on a disk. */
export function usableRegion(label: 'gpt' | 'dos', disk: DiskSize, parts: readonly PartToPlace[]): Region {
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

/** All of a disk that may hold partitions: behind the sector of a dos table, or the header and entries of a gpt. */
export function unaligned(region: Region, label: 'gpt' | 'dos', parts: readonly PartToPlace[]): Region {
  const { sectorBytes } = region;
  const startBytes = label === 'gpt' ? gptEntriesBytes(parts) + 2 * sectorBytes : sectorBytes;
  return { ...region, startBytes, alignBytes: sectorBytes };
}

/** True if starts and sizes of the script fit this disk unchanged, as on a disk of the golden client's size. */
export function fitsAsWritten(parts: readonly PartToPlace[], region: Region): boolean {
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
