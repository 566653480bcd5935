/** A file of reports: its size, and when it was last written to. */
export type ReportFile = { name: string; sizeBytes: number; mtimeMs: number };

const dayMs = 24 * 60 * 60 * 1000;

/** The files to remove: those older than `keepDays`, and then the oldest until the rest fits into `keepBytes`. */
export function chooseOld(
  files: readonly ReportFile[],
  keep: { nowMs: number; keepDays: number; keepBytes: number },
): string[] {
  const newestFirst = files.toSorted((a, b) => b.mtimeMs - a.mtimeMs);
  let bytes = 0;
  return newestFirst
    .filter(({ sizeBytes, mtimeMs }) => {
      bytes += sizeBytes;
      return bytes > keep.keepBytes || keep.nowMs - mtimeMs > keep.keepDays * dayMs;
    })
    .map(({ name }) => name);
}
