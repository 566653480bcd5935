import type { Row } from '../boot/harness/row.ts';

/** What is remembered of a row: when it last ran to its end, and how. */
export type Ran = { atMs: number; passed: boolean; seconds: number };
export type History = Record<string, Ran>;

/** Rows whose name holds one of the texts, and of the others the cases whose names do. */
export function named(rows: readonly Row[], texts: readonly string[]): Row[] {
  const isMeant = (name: string) => texts.some((text) => name.includes(text));
  return rows.flatMap((row) => {
    if (isMeant(row.name)) return [row];
    const cases = (row.cases ?? []).filter(isMeant);
    return cases.length > 0 ? [{ ...row, cases }] : [];
  });
}

/** Rows in the order in which they should run: those that always run, red ones, then those whose own files changed, then the longest not run. */
export function inOrder(
  rows: readonly Row[],
  history: History,
  changedAtMs: (covers: readonly string[]) => number,
): Row[] {
  const rank = (row: Row) => {
    if (row.always) return -1;
    const ran = history[row.name];
    if (ran && !ran.passed) return 0;
    return ran && changedAtMs(row.covers) > ran.atMs ? 1 : 2;
  };
  const lastMs = (row: Row) => history[row.name]?.atMs ?? 0;
  return [...rows].sort((a, b) => rank(a) - rank(b) || lastMs(a) - lastMs(b));
}

/** As many rows from the front as fit into the budget with `atOnce` machines; always the first and those that always run. What does not fit is left. */
export function fitting(
  rows: readonly Row[],
  history: History,
  budgetSeconds: number,
  atOnce: number,
): { now: Row[]; left: Row[] } {
  let usedSeconds = 0;
  const now: Row[] = [];
  const left: Row[] = [];
  for (const row of rows) {
    const seconds = history[row.name]?.seconds ?? row.seconds;
    if (now.length > 0 && !row.always && usedSeconds + seconds > budgetSeconds * atOnce) left.push(row);
    else {
      usedSeconds += seconds;
      now.push(row);
    }
  }
  return { now, left };
}
