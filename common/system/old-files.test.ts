import { expect, it } from 'vitest';
import { chooseOld, steadyTime } from './old-files.ts';

const dayMs = 86_400_000;
const nowMs = 1000 * dayMs;
const files = [10, 3, 40, 1].map((days) => ({ name: `${days}`, sizeBytes: 100, mtimeMs: nowMs - days * dayMs }));

it.each([
  ['nothing where all is young and small', 365, 400, []],
  ['what is too old', 5, 400, ['10', '40']],
  ['the oldest where there is too much', 365, 250, ['10', '40']],
  ['all but the newest', 2, 1000, ['3', '10', '40']],
])('removes %s', (_, keepDays, keepBytes, names) => {
  expect(chooseOld(files, { nowMs, keepDays, keepBytes })).toEqual(names);
});
it('never removes what was used just now, however large', () => {
  expect(chooseOld(files, { nowMs, keepDays: 365, keepBytes: 0, leastDays: 2 })).toEqual(['3', '10', '40']);
});
it.each([
  ['the clock’s where it goes on as it should', nowMs - dayMs / 24, nowMs, nowMs],
  ['a day later than before where the clock is ahead', nowMs, nowMs + 400 * dayMs, nowMs + dayMs],
  ['the clock’s again once that is right', nowMs + dayMs, nowMs + dayMs / 24, nowMs + dayMs / 24],
  ['by the newest file where nobody looked before', undefined, nowMs + 400 * dayMs, nowMs],
])('the time by which files are old is %s', (_, lookedMs, clockMs, time) => {
  expect(steadyTime(lookedMs, clockMs, files)).toBe(time);
});
