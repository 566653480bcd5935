import { runRow, type RowResult } from '../boot/harness/run-row.ts';
import type { Row } from '../boot/harness/row.ts';

/** Runs rows, `atOnce` at a time, in their order. */
export async function runRows(
  rows: readonly Row[],
  options: { logs: string; atOnce: number; onStart(row: Row): void; onEnd(result: RowResult): Promise<void> },
): Promise<void> {
  const waiting = [...rows];
  const worker = async () => {
    for (let row = waiting.shift(); row; row = waiting.shift()) {
      options.onStart(row);
      await options.onEnd(await runRow(row, options.logs));
    }
  };
  await Promise.all(Array.from({ length: options.atOnce }, worker));
}
