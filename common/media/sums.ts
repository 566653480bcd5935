import { type ReadAt, type StoredFile, sumStored } from './stored.ts';

/** The file of each medium that lists the sums of all other files, as sha256sum(1) reads it. */
export const sumsName = 'SHA256SUMS';

/** SHA256SUMS from the sum of each file, in the order of the names. */
export function printSums(sums: ReadonlyMap<string, string>): string {
  const names = [...sums.keys()].toSorted((a, b) => (a < b ? -1 : 1));
  return names.map((name) => `${sums.get(name)}  ${name}\n`).join('');
}

/** The sum of each file of a SHA256SUMS; other lines are passed over. */
export function parseSums(text: string): Map<string, string> {
  const lines = text.split('\n').map((line) => /^([0-9a-f]{64}) [ *](?:\.\/)?(.+)$/.exec(line));
  return new Map(lines.flatMap((found) => (found?.[1] && found[2] ? [[found[2], found[1]]] : [])));
}

/** A SHA256SUMS of the right length for these files, before their sums are known. */
export const emptySums = (names: readonly string[]): string =>
  printSums(new Map(names.filter((name) => name !== sumsName).map((name) => [name, '0'.repeat(64)])));

/** The sums of all these files but SHA256SUMS itself. */
export async function sumAll(read: ReadAt, files: Iterable<StoredFile>): Promise<Map<string, string>> {
  const sums = new Map<string, string>();
  for (const file of files) if (file.name !== sumsName) sums.set(file.name, await sumStored(read, file));
  return sums;
}
