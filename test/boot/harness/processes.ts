import type { Child, Command, Exit, RunHooks } from '../../../common/system/io.ts';
import type { AbsPath } from '../../../common/system/place.ts';
import { quoteArgv } from '../../../common/system/quote.ts';
import { realIo } from '../../../common/system/real-io.ts';

const running = new Set<Child>();
const undoings = new Set<() => Promise<void>>();

/** Starts a program that is ended with the tests, however they end. */
export async function start(command: Command, hooks: RunHooks & { logFile?: AbsPath } = {}): Promise<Child> {
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

/** Kills every program and undoes everything that is still to be undone. */
export async function undoAll(): Promise<void> {
  for (const child of running) child.kill('SIGKILL');
  await Promise.allSettled([...undoings].map((undo) => undo()));
}

/** Ends the tests in order on Ctrl-C, TERM and hang-up, and never leaves a child behind. */
export function endWithChildren(): void {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)
    process.once(signal, () => void undoAll().finally(() => process.exit(code)));
  process.on('exit', () => {
    for (const child of running) child.kill('SIGKILL');
  });
}
