import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Child, Command, Exit, RunHooks } from '../../../common/system/io.ts';
import type { AbsPath } from '../../../common/system/place.ts';
import { quoteArgv } from '../../../common/system/quote.ts';
import { realIo } from '../../../common/system/real-io.ts';

const running = new Set<Child>();
const undoings = new Set<() => Promise<void>>();
const interrupted = new AbortController();

/** Aborted when somebody ends the tests: nothing new is begun, and how a row ended then says nothing of it. */
export const testsEnd = interrupted.signal;

/** What a program that is told to end gets for cleaning up; one that makes file trees unmounts what it mounted. */
const endLimitMs = 5000;

/** Starts a program that is ended with the tests, however they end. */
export async function start(command: Command, hooks: RunHooks & { logFile?: AbsPath } = {}): Promise<Child> {
  testsEnd.throwIfAborted();
  const child = await realIo.start(command, hooks);
  running.add(child);
  void child.exit.catch(() => {}).finally(() => running.delete(child));
  return child;
}

/** Runs a program to its end; an exit code other than 0 is an error that holds the command line and what it said. */
export async function run(argv: Command['argv'], options: Omit<Command, 'argv'> = {}): Promise<Exit> {
  const exit = await realIo.run({ argv, ...options });
  if (exit.code !== 0)
    throw new Error(
      `${quoteArgv(argv)} ${exit.timedOut ? 'took too long' : `exited ${exit.code}`}\n${exit.stderr.slice(-2000)}`,
    );
  return exit;
}

/** Remembers what must be undone when the tests end, also by Ctrl-C. Gives the function that undoes it now, once. */
export function mustUndo(undo: () => Promise<void>): () => Promise<void> {
  const once = async () => {
    if (undoings.delete(once)) await undo();
  };
  undoings.add(once);
  return once;
}

/** Kills every program and undoes everything that is still to be undone, the last first. */
export async function undoAll(): Promise<void> {
  for (const child of running) child.kill('SIGKILL');
  for (let last = [...undoings].at(-1); last; last = [...undoings].at(-1)) await last().catch(() => {});
}

/** Ends the tests in order on Ctrl-C, TERM and hang-up, and never leaves a child behind. */
export function endWithChildren(): void {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)
    process.once(signal, () => {
      interrupted.abort(new Error(`ended by ${signal}`));
      // What fails since its programs are ended must not end this process before all is undone.
      process.on('uncaughtException', () => {});
      endChildren()
        .then(undoAll)
        .catch(() => {})
        .finally(() => process.exit(code));
    });
  process.on('exit', () => signalChildren('SIGKILL'));
}

/** Ends whatever this process has started, and waits for it. */
async function endChildren(): Promise<void> {
  for (const child of running) child.kill('SIGKILL');
  const until = performance.now() + endLimitMs;
  for (signalChildren('SIGTERM'); children().length > 0; await delay(50))
    if (performance.now() > until) return signalChildren('SIGKILL');
}

/** Each is the leader of a process group (common/system/programs/). */
function signalChildren(signal: NodeJS.Signals): void {
  for (const pid of children())
    try {
      process.kill(-pid, signal);
    } catch {
      // It ended by itself meanwhile.
    }
}

/** Fields 1 and 4 of /proc/PID/stat (proc_pid_stat(5)): the process, and its parent. */
function children(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
        const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return Number(parent) === process.pid && state !== 'Z';
      } catch {
        return false;
      }
    })
    .map(Number);
}
