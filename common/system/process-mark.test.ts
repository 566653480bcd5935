import { expect, it } from 'vitest';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { processMark, readMark } from './process-mark.ts';

const stat = (startTime: number) => `77 (a ) (b) S ${'0 '.repeat(18)}${startTime} 0 0`;

it.each([
  ['runs', '77 4711\n', stat(4711), { pid: 77, runs: true }],
  ['is gone', '77 4711\n', undefined, { pid: 77, runs: false }],
  ['is gone, and another has its number', '77 4711\n', stat(9999), { pid: 77, runs: false }],
  ['is unknown', '', stat(4711), undefined],
  ['is unknown, for only a number is there', '77\n', stat(4711), undefined],
])('the process of a mark %s', async (_, text, at77, expected) => {
  const { io } = recorderIo({ files: { '/run/mark': text, ...(at77 ? { '/proc/77/stat': at77 } : {}) } });
  expect(await readMark(io, '/run/mark')).toEqual(expected);
});
it('marks a process by its start time', async () => {
  const { io } = recorderIo({ files: { '/proc/77/stat': stat(5) } });
  expect([await processMark(io, 77), await processMark(io, 78)]).toEqual(['77 5', undefined]);
});
