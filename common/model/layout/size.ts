/** Suffixes as sfdisk(8) reads them: KiB and K are 1024, KB is 1000. */
const units: Record<string, number> = Object.fromEntries(
  ['K', 'M', 'G', 'T', 'P'].flatMap((letter, at) => [
    [letter, 1024 ** (at + 1)],
    [`${letter}IB`, 1024 ** (at + 1)],
    [`${letter}B`, 1000 ** (at + 1)],
  ]),
);

/** The sector in which the kernel counts, whatever the disk's own sector is (Linux include/linux/blk_types.h, SECTOR_SIZE). */
export const kernelSectorBytes = 512;

/**
 * Bytes of a size such as 20GiB, 1.5G or 2048 (sectors of `sectorBytes`), rounded up to 512, but for sizes in single bytes;
 * undefined for other texts, and for sizes that a number does not hold exactly.
 */
export function parseSize(text: string, sectorBytes: number): number | undefined {
  const [, digits, suffix] = /^(\d+(?:\.\d+)?)\s*([A-Za-z]*)$/.exec(text) ?? [];
  if (digits === undefined || suffix === undefined) return undefined;
  if (suffix === '' && digits.includes('.')) return undefined;
  const unit = suffix === '' ? sectorBytes : suffix === 'B' ? 1 : units[suffix.toUpperCase()];
  if (unit === undefined) return undefined;
  const bytes = Number(digits) * unit;
  const rounded = unit === 1 ? Math.round(bytes) : Math.ceil(bytes / kernelSectorBytes) * kernelSectorBytes;
  return Number.isSafeInteger(rounded) ? rounded : undefined;
}

/** A size that {@link parseSize} reads back exactly: with a binary suffix if that is even, else in sectors of 512, else in B. */
export function printSize(bytes: number): string {
  for (const letter of ['T', 'G', 'M', 'K']) {
    const unit = units[letter] ?? 1;
    if (bytes >= unit && bytes % unit === 0) return `${bytes / unit}${letter}iB`;
  }
  return bytes % kernelSectorBytes === 0 ? String(bytes / kernelSectorBytes) : `${bytes}B`;
}

/** A size for people, in three digits. */
export function showSize(bytes: number): string {
  let value = bytes;
  for (const unit of ['B', 'KiB', 'MiB', 'GiB', 'TiB']) {
    if (value < 1024 || unit === 'TiB')
      return `${value >= 100 || value % 1 === 0 ? Math.round(value) : value.toFixed(1)} ${unit}`;
    value /= 1024;
  }
  return `${bytes} B`;
}
