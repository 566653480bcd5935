import { expect, it } from 'vitest';
import { parseProgress, printProgress } from './progress.ts';

const mib = 1024 ** 2;

it.each([
  ['  1234567  12%   10.00MB/s    0:00:12', { doneBytes: 1_234_567, bytesPerSecond: 10 * mib }],
  ['  1,234,567 100%  512.50kB/s    0:00:00 (xfr#3, to-chk=0/9)', { doneBytes: 1_234_567, bytesPerSecond: 524_800 }],
  ['sending incremental file list', undefined],
])('reads %j', (line, progress) => {
  expect(parseProgress({ kind: 'rsync-progress2' })(line)).toEqual(progress);
});

it.each([
  [
    { doneBytes: 512 * mib, totalBytes: 1219 * mib, bytesPerSecond: 35 * mib },
    '42 %, 512 of 1219 MiB, 35 MiB/s, 21 s left',
  ],
  [
    { doneBytes: 512 * mib, totalBytes: 90_000 * mib, bytesPerSecond: 5.25 * mib },
    '0 %, 512 of 90000 MiB, 5.3 MiB/s, 285 min left',
  ],
  [{ doneBytes: 12 * mib, totalBytes: 10 * mib, bytesPerSecond: 0 }, '100 %, 12 of 10 MiB, 0.0 MiB/s'],
  [{ doneBytes: 12 * mib, bytesPerSecond: mib }, '12 MiB, 1.0 MiB/s'],
])('prints %j', (progress, text) => {
  expect(printProgress(progress)).toBe(text);
});
