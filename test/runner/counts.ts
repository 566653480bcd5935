import type { RowResult } from '../boot/harness/run-row.ts';
import type { Counts } from './unit-tests.ts';

/**
 * What a row adds to the totals: itself, or each of its cases where it has some. A row that failed outside of its cases is a
 * failure more, and cases that it did not come to are skipped.
 */
export function countsOf(result: RowResult): Counts {
  const own = { passed: 0, failed: 0, skipped: 0 };
  const { cases } = result.row;
  if (!cases) return { ...own, [result.kind]: 1 };
  const failed = result.cases.filter((one) => one.error !== undefined).length;
  const isBroken = result.kind === 'failed' && result.error !== undefined;
  return {
    passed: result.cases.length - failed,
    failed: failed + (isBroken ? 1 : 0),
    skipped: cases.length - result.cases.length,
  };
}
