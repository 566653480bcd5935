import type { AbsPath } from '../../common/system/place.ts';

/** What takes room in the initrd, for the table of sizes. */
export type Topic = 'kernel modules' | 'firmware' | 'node' | 'programs' | 'busybox' | 'added packages' | 'frame';

/** One file of the initrd. The kernel itself reads a file that is `early`, before the squashfs is mounted. */
export type Entry = { at: AbsPath; topic: Topic; early?: true } & (
  | { kind: 'file'; from: AbsPath; mode: number }
  | { kind: 'text'; content: string | Uint8Array; mode: number }
  | { kind: 'link'; target: string }
  | { kind: 'dir'; mode: number }
);

/** Files by path, so that a file of two packages or two programs is there once. */
export type Entries = Map<AbsPath, Entry>;

/** Adds entries; the first that names a path wins. */
export function addEntries(to: Entries, from: Iterable<Entry>): void {
  for (const entry of from) if (!to.has(entry.at)) to.set(entry.at, entry);
}

/** All entries, in the order of their paths. */
export function sortedEntries(entries: Entries): Entry[] {
  return [...entries.values()].sort((a, b) => (a.at < b.at ? -1 : 1));
}
