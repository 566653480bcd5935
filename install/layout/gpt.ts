/** Bytes of one entry of a GPT (UEFI specification 2.10, section 5.3.3). */
const entryBytes = 128;
/** As many entries as every tool makes (UEFI specification 2.10, section 5.3.1), and as many as the kernel can show. */
const [usual, most] = [128, 256];

/** How many entries a GPT needs for partitions with these numbers. */
export function gptEntries(parts: readonly { number: number }[]): number {
  return parts.some((part) => part.number > usual) ? most : usual;
}

/** True where sfdisk(8) has to be told of more than the usual. */
export const isLargeGpt = (entries: number): boolean => entries > usual;

/** Bytes of all entries; they follow the header, and a second copy of both ends the disk. */
export const gptEntriesBytes = (parts: readonly { number: number }[]): number => gptEntries(parts) * entryBytes;
