import path from 'node:path';
import { parseArgs } from 'node:util';
import { accelFor } from '../vm/qemu/accel.ts';
import { endWithChildren, testsEnd, undoAll } from './boot/harness/processes.ts';
import { folderOf, type Row } from './boot/harness/row.ts';
import type { CaseResult, RowResult } from './boot/harness/run-row.ts';
import { fitting, inOrder, named } from './runner/choose.ts';
import { countsOf } from './runner/counts.ts';
import { findRows } from './runner/find-rows.ts';
import { changeTimes, readHistory, remember } from './runner/history.ts';
import { runRows } from './runner/run-rows.ts';
import { runUnitTests, type Counts } from './runner/unit-tests.ts';

const usage = `node test/run.ts [--all] [--only TEXT]... [--budget SECONDS] [--at-once N] [--no-unit] [--list]
  --all      run every boot row, not only as many as fit the budget
  --only     run the rows and cases whose name contains TEXT, and no unit tests
  --budget   seconds for boot rows (900)
  --at-once  virtual machines at a time (2)
  --list     print the rows in the order in which they would run`;

const { values: flags } = parseArgs({
  options: {
    all: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    budget: { type: 'string', default: '900' },
    'at-once': { type: 'string', default: '2' },
    'no-unit': { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const top = path.resolve(import.meta.dirname, '..');
const logs = path.join(top, 'build', 'boot-tests');
const say = (line: string) => void process.stdout.write(`${line}\n`);
const total: Counts = { passed: 0, failed: 0, skipped: 0 };

if (flags.help) {
  say(usage);
  process.exit(0);
}
endWithChildren();

const rows = await findRows(path.join(top, 'test', 'boot'));
const history = await readHistory();
const chosen = flags.only.length > 0 ? named(rows, flags.only) : rows;
const ordered = inOrder(
  chosen,
  history,
  await changeTimes(
    top,
    chosen.map((row) => row.covers),
  ),
);
const atOnce = Number(flags['at-once']);
const everything = flags.all || flags.only.length > 0;
const { now, left } = everything ? { now: ordered, left: [] } : fitting(ordered, history, Number(flags.budget), atOnce);

if (flags.list) {
  for (const row of now) for (const name of [row.name, ...(row.cases ?? [])]) say(`now   ${name}`);
  for (const row of left) say(`later ${row.name}`);
  process.exit(0);
}
if (flags.only.length > 0 && now.length === 0) {
  say(`no row's name contains ${flags.only.join(' or ')}; --list shows them`);
  process.exit(1);
}

if (!flags['no-unit'] && flags.only.length === 0) {
  const unit = await runUnitTests(top);
  add(unit);
  if (unit.report) say(unit.report);
  say(`unit tests: ${unit.passed} passed, ${unit.failed} failed, ${unit.skipped} skipped`);
}

say(
  `boot rows: ${now.length} of ${chosen.length}, ${atOnce} at a time, ${(await accelFor('amd64')).flags[1]?.split(',')[0]}`,
);
const startedAt = performance.now();
await runRows(now, {
  logs,
  atOnce,
  signal: testsEnd,
  onStart: (row) => say(`${clock()}  starts  ${row.name}`),
  async onEnd(result) {
    add(countsOf(result));
    sayResult(result);
    // Some cases of a row say nothing of the whole row.
    const whole = rows.find((row) => row.name === result.row.name);
    if (result.kind === 'skipped' || whole?.cases?.length !== result.row.cases?.length) return;
    const ran = { atMs: Date.now(), passed: result.kind === 'passed', seconds: result.seconds };
    history[result.row.name] = ran;
    await remember(result.row.name, ran);
  },
});
await undoAll();
if (!testsEnd.aborted) saySummary();
process.exitCode = total.failed > 0 ? 1 : 0;

function clock(): string {
  return `${Math.round((performance.now() - startedAt) / 1000)} s`.padStart(7);
}

function add(counts: Counts): void {
  for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += counts[key];
}

function sayResult(result: RowResult): void {
  const { row, seconds } = result;
  for (const one of result.cases) sayCase(one);
  say(
    `${clock()}  ${result.kind.padEnd(7)} ${row.name} (${seconds} s)${result.kind === 'skipped' ? `: ${result.reason}` : ''}`,
  );
  if (result.kind !== 'failed') return;
  if (result.error !== undefined) sayError(result.error);
  say(`    logs: ${path.join(logs, folderOf(row.name))}`);
}

function sayCase({ name, seconds, error }: CaseResult): void {
  say(`${''.padStart(7)}  ${(error === undefined ? 'passed' : 'failed').padEnd(7)} ${name} (${seconds} s)`);
  if (error !== undefined) sayError(error);
}

function sayError(error: unknown): void {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
}

function saySummary(): void {
  const ageOf = (row: Row) => {
    const ran = history[row.name];
    return ran ? (Date.now() - ran.atMs) / 3_600_000 : Number.POSITIVE_INFINITY;
  };
  const ages = rows.map(ageOf);
  const oldest = Math.max(0, ...ages);
  const age = Number.isFinite(oldest)
    ? `${oldest.toFixed(1)} h ago`
    : `never (${ages.filter((one) => !Number.isFinite(one)).length} rows)`;
  say(`boot rows run: ${now.length}, left for later: ${left.length}, the oldest last ran ${age}`);
  say(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
}
