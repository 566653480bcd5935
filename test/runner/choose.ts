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

/** A row that never ran here has its golden tree and its kernel to make first, so it takes longer than it says. */
const firstRun = 1.3;
const secondsOf = (row: Row, history: History) => history[row.name]?.seconds ?? row.seconds * firstRun;

/**
 * Rows in the order in which they should run: red ones first, then those of every run, then those whose own files changed, then
 * the longest not run. Of those of every run the one that takes longest begins, so that the machines end at about the same time.
 */
export function inOrder(
  rows: readonly Row[],
  history: History,
  changedAtMs: (covers: readonly string[]) => number,
): Row[] {
  const rank = (row: Row) => {
    const ran = history[row.name];
    if (ran && !ran.passed) return 0;
    if (row.always) return 1;
    return ran && changedAtMs(row.covers) > ran.atMs ? 2 : 3;
  };
  const within = (row: Row) => (rank(row) === 1 ? -secondsOf(row, history) : (history[row.name]?.atMs ?? 0));
  return [...rows].sort((a, b) => rank(a) - rank(b) || within(a) - within(b));
}

/**
 * As many rows from the front as fit into the budget with `atOnce` machines; always the first, red ones until they are green, and
 * those of every run, which count first. What does not fit is left, and so is what is not ready.
 */
export function fitting(
  rows: readonly Row[],
  history: History,
  budgetSeconds: number,
  atOnce: number,
): { now: Row[]; left: Row[] } {
  const ready = rows.filter((row) => row.isReady !== false);
  const must = ready.filter((row, at) => at === 0 || row.always || history[row.name]?.passed === false);
  const now = new Set(must);
  let usedSeconds = must.reduce((sum, row) => sum + secondsOf(row, history), 0);
  for (const row of ready) {
    if (now.has(row) || usedSeconds + secondsOf(row, history) > budgetSeconds * atOnce) continue;
    usedSeconds += secondsOf(row, history);
    now.add(row);
  }
  return { now: rows.filter((row) => now.has(row)), left: rows.filter((row) => !now.has(row)) };
}
