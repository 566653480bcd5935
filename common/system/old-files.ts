/** A file or a folder that may be thrown away: its size, and when it was last written or used. */
export type OldFile = { name: string; sizeBytes: number; mtimeMs: number };

/** What is kept: nothing older than `keepDays`, nothing past `keepBytes`; and whatever is younger than `leastDays` stays. */
export type Keep = { nowMs: number; keepDays: number; keepBytes: number; leastDays?: number };

const dayMs = 24 * 60 * 60 * 1000;

/** The files to remove: those that are too old, and then the oldest until the rest fits. */
export function chooseOld(files: readonly OldFile[], { nowMs, keepDays, keepBytes, leastDays = 0 }: Keep): string[] {
  let bytes = 0;
  return files
    .toSorted((a, b) => b.mtimeMs - a.mtimeMs)
    .filter(({ sizeBytes, mtimeMs }) => {
      bytes += sizeBytes;
      const ageDays = (nowMs - mtimeMs) / dayMs;
      return ageDays >= leastDays && (bytes > keepBytes || ageDays > keepDays);
    })
    .map(({ name }) => name);
}

/**
 * The time by which files are old: the clock's, but at each look at most a day later than at the look before, whose time is
 * `lookedMs`. A clock that is a year ahead for a moment makes nothing old. Without a look before, it is the newest file's time.
 */
export function steadyTime(lookedMs: number | undefined, clockMs: number, files: readonly OldFile[]): number {
  const before = lookedMs ?? files.reduce((newest, { mtimeMs }) => Math.max(newest, mtimeMs), 0);
  return Math.min(clockMs, before + dayMs);
}
