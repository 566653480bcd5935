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
      ...(format.totalBytes === undefined ? {} : { totalBytes: format.totalBytes }),
      bytesPerSecond: Number(rate) * (units[unit] ?? 1),
    };
  };
}
