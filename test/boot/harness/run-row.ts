import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { mustUndo } from './processes.ts';
import { folderOf, Skipped, type Row, type RowContext } from './row.ts';
import { startVm, type Vm } from './vm.ts';
import { makeWire } from './wire.ts';

/** How one of a row's cases ended; `error` is undefined where it passed. */
export type CaseResult = { name: string; seconds: number; error?: unknown };

/** How a row ended. A row whose cases failed and nothing else has no error of its own. */
export type RowResult = { row: Row; seconds: number; cases: CaseResult[] } & (
  | { kind: 'passed' }
  | { kind: 'skipped'; reason: string }
  | { kind: 'failed'; error?: unknown }
);

/**
 * Disks and server roots of rows. Not below a home directory, which may be closed: parts of the image server run as a user
 * without rights.
 */
const scratchTop = process.env.SYSTEMIMAGER_SCRATCH ?? '/var/tmp/systemimager-rows';

/** Runs one row and cleans up after it; `logsTop` is kept. */
export async function runRow(row: Row, logsTop: string): Promise<RowResult> {
  const startedAt = performance.now();
  const logs = path.join(logsTop, folderOf(row.name));
  await rm(logs, { recursive: true, force: true });
  await mkdir(logs, { recursive: true });
  await mkdir(scratchTop, { recursive: true });
  const scratch = await mkdtemp(path.join(scratchTop, 'row-'));
  const removeScratch = mustUndo(() => rm(scratch, { recursive: true, force: true }));
  await chmod(scratch, 0o755);
  const sockets = await mkdtemp(path.join(os.tmpdir(), 'systemimager-row-'));
  const vms: Vm[] = [];
  const undo: (() => Promise<unknown>)[] = [];
  const cases: CaseResult[] = [];
  const test: RowContext = {
    scratch,
    logs,
    async boot(wish) {
      const vm = await startVm(wish, logs, sockets);
      vms.push(vm);
      return vm;
    },
    async wire() {
      const wire = await makeWire();
      undo.push(() => wire.remove());
      return wire;
    },
    async case(name, run) {
      if (!row.cases?.includes(name)) return;
      const beganAt = performance.now();
      const failure = await run().then(
        () => ({}),
        (error: unknown) => ({ error: error ?? new Error('failed') }),
      );
      cases.push({ name, seconds: secondsSince(beganAt), ...failure });
    },
    defer: (one) => void undo.push(one),
    skip: (reason) => {
      throw new Skipped(reason);
    },
  };
  const errors: unknown[] = [];
  let skipped: string | undefined;
  const attempt = async (work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      if (error instanceof Skipped) skipped = error.message;
      else errors.push(error);
    }
  };
  await attempt(() => row.run(test));
  const forgotten = vms.filter((vm) => !vm.isEnded);
  if (forgotten.length > 0 && errors.length === 0 && skipped === undefined)
    errors.push(
      new Error(`the row ended while ${forgotten.map((vm) => vm.name).join(', ')} was still on: call off() or kill()`),
    );
  for (const vm of forgotten) await attempt(() => vm.kill());
  for (const one of undo.toReversed()) await attempt(one);
  const keep = errors.length > 0 && process.env.SYSTEMIMAGER_TEST_KEEP;
  await attempt(() => rm(sockets, { recursive: true, force: true }));
  if (!keep) await attempt(removeScratch);
  const result = { row, seconds: secondsSince(startedAt), cases };
  if (errors.length > 0) return { ...result, kind: 'failed', error: errors[0] };
  if (cases.some((one) => one.error !== undefined)) return { ...result, kind: 'failed' };
  if (skipped !== undefined) return { ...result, kind: 'skipped', reason: skipped };
  return { ...result, kind: 'passed' };
}

const secondsSince = (startedAt: number) => Math.round((performance.now() - startedAt) / 100) / 10;
