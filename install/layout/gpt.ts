/** Bytes of one entry of a GPT (UEFI specification 2.10, section 5.3.3). */
const entryBytes = 128;
/** The number of entries that every tool makes (UEFI specification 2.10, section 5.3.1), and the most for the kernel. */
const [usual, most] = [128, 256];

/** How many entries a GPT needs for partitions with these numbers. */
export function gptEntries(parts: readonly { number: number }[]): number {
  return parts.some((part) => part.number > usual) ? most : usual;
}

/** True if sfdisk(8) needs to be told of more entries than usual. */
export const isLargeGpt = (entries: number): boolean => entries > usual;

/** Bytes of all entries; they follow the header, and a second copy of both ends the disk. */
export const gptEntriesBytes = (parts: readonly { number: number }[]): number => gptEntries(parts) * entryBytes;
