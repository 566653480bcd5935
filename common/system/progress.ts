import type { ProgressFormat } from './step.ts';

export type Progress = { doneBytes: number; totalBytes?: number; bytesPerSecond: number };

const units: Record<string, number> = { B: 1, kB: 1024, MB: 1024 ** 2, GB: 1024 ** 3, TB: 1024 ** 4 };

/**
 * A parser of one program's progress lines; it gives undefined for every other line. rsync(1) --info=progress2 with
 * --no-human-readable prints `   1234567  12%   10.00MB/s    0:00:12`; its percentage is of the files listed so far,
 * so only the bytes are used.
 */
export function parseProgress(format: ProgressFormat): (line: string) => Progress | undefined {
  return (line) => {
    const match = /^\s*([\d,]+)\s+\d+%\s+([\d.]+)([kMGT]?B)\/s\s/.exec(line);
    if (!match) return undefined;
    const [, bytes = '', rate = '', unit = 'B'] = match;
    return {
      doneBytes: Number(bytes.replaceAll(',', '')),
      totalBytes: format.totalBytes,
      bytesPerSecond: Number(rate) * (units[unit] ?? 1),
    };
  };
}

const mib = (bytes: number) => bytes / 1024 ** 2;
const shortMinutes = 3;

/** `42 %, 512 of 1219 MiB, 35 MiB/s, 20 s left`; without a total `512 MiB, 35 MiB/s`. */
export function printProgress({ doneBytes, totalBytes, bytesPerSecond }: Progress): string {
  const rate = `${mib(bytesPerSecond).toFixed(mib(bytesPerSecond) < 10 ? 1 : 0)} MiB/s`;
  const done = Math.round(mib(doneBytes));
  if (!totalBytes) return `${done} MiB, ${rate}`;
  const percent = Math.min(100, Math.floor((100 * doneBytes) / totalBytes));
  const seconds = Math.max(0, totalBytes - doneBytes) / bytesPerSecond;
  const left = seconds < shortMinutes * 60 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
  return `${percent} %, ${done} of ${Math.round(mib(totalBytes))} MiB, ${rate}${bytesPerSecond > 0 ? `, ${left} left` : ''}`;
}
