import type { Command, Exit, Io } from '../common/system/io.ts';
import { programFailed } from '../common/system/steps/run.ts';

/** What every part of a build gets. */
export type BuildContext = {
  io: Io;
  signal: AbortSignal;
  /** Tells a person, one line at a time, what is being done. */
  say(line: string): void;
};

/** Runs a program of the build machine to its end; `why` heads the error if the program fails. `onLine` gets its output. */
export async function runOrFail(
  context: BuildContext,
  command: Command,
  why: string,
  onLine?: (line: string) => void,
): Promise<Exit> {
  const exit = await context.io.run(command, { signal: context.signal, onLine });
  context.signal.throwIfAborted();
  if (exit.code !== 0) throw programFailed(exit, why);
  return exit;
}
