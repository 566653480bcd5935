import { expect, it } from 'vitest';
import type { Row } from '../boot/harness/row.ts';
import { countsOf } from './counts.ts';

const row: Row = { name: 'lab', covers: [], seconds: 1, run: async () => {} };
const withCases: Row = { ...row, cases: ['a', 'b', 'c'] };
const passed = { name: 'a', seconds: 1 };
const failed = { name: 'b', seconds: 1, error: new Error('no') };

it('counts a row once, and a row with cases by each of them', () => {
  expect(countsOf({ row, seconds: 1, cases: [], kind: 'passed' })).toEqual({ passed: 1, failed: 0, skipped: 0 });
  expect(countsOf({ row: withCases, seconds: 1, cases: [passed, failed, passed], kind: 'failed' })).toEqual({
    passed: 2,
    failed: 1,
    skipped: 0,
  });
});

it('counts a row that broke, and the cases that it did not come to', () => {
  expect(countsOf({ row: withCases, seconds: 1, cases: [passed], kind: 'failed', error: new Error('no') })).toEqual({
    passed: 1,
    failed: 1,
    skipped: 2,
  });
});
