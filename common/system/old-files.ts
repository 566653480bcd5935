/** A file or a folder that may be thrown away: its size, and when it was last written or used. */
export type OldFile = { name: string; sizeBytes: number; mtimeMs: number };

/** Which files stay: none older than `keepDays`, none past `keepBytes`; but every file younger than `leastDays`. */
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
 * The time from which ages count: the clock's, but at most a day after the look before (`lookedMs`) or, at the first look, a
 * day after the newest file. So a clock that is a year ahead for a moment makes no file old.
 */
export function steadyTime(lookedMs: number | undefined, clockMs: number, files: readonly OldFile[]): number {
  const before = lookedMs ?? files.reduce((newest, { mtimeMs }) => Math.max(newest, mtimeMs), 0);
  return Math.min(clockMs, before + dayMs);
}
