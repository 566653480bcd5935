import { runRow, type RowResult } from '../boot/harness/run-row.ts';
import type { Row } from '../boot/harness/row.ts';

/** Runs rows, `atOnce` at a time, in their order, until `signal` is aborted. */
export async function runRows(
  rows: readonly Row[],
  options: {
    logs: string;
    atOnce: number;
    signal: AbortSignal;
    onStart(row: Row): void;
    onEnd(result: RowResult): Promise<void>;
  },
): Promise<void> {
  const waiting = [...rows];
  const worker = async () => {
    for (let row = waiting.shift(); row && !options.signal.aborted; row = waiting.shift()) {
      options.onStart(row);
      const result = await runRow(row, options.logs);
      // A row whose programs were ended says nothing.
      if (!options.signal.aborted) await options.onEnd(result);
    }
  };
  await Promise.all(Array.from({ length: options.atOnce }, worker));
}
