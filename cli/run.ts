import type { CliCommand, CliContext } from '../common/cli.ts';
import { apply, printSteps } from '../common/system/apply.ts';
import type { StepEvent } from '../common/system/step-event.ts';
import { describeError } from '../common/system/errors.ts';
import { onInterrupt } from '../common/system/interrupt.ts';
import { realIo } from '../common/system/real-io.ts';
import { printLine, sayLine, terminal } from '../common/system/terminal.ts';
import { completeFlags } from './abbreviations.ts';
import { doubleDashes } from './double-dashes.ts';
import { makeProgram } from './program.ts';
import { progressPrinter } from './progress-printer.ts';

const interrupted = onInterrupt();

// Unprivileged programs serve the files that commands write, so file modes must not depend on the caller's umask.
process.umask(0o022);

// A reader may close the pipe early (`lsimage | head -1`); the command still finishes its work.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

const context: CliContext = {
  io: realIo,
  root: '/',
  isTerminal: process.stdin.isTTY && process.stdout.isTTY,
  signal: interrupted,
  print: printLine,
  async carryOut(steps, { dryRun, isQuiet, onEvent }) {
    if (dryRun) return terminal.out(printSteps(steps));
    const show = isQuiet ? () => {} : progressPrinter(process.stderr);
    const both = (event: StepEvent) => {
      show(event);
      onEvent?.(event);
    };
    await apply(steps, context.io, { signal: context.signal, onEvent: both });
  },
};

/** Runs one of the commands as typed, and sets the exit code: 0, 1 after an error (or the command's own), 130 after a signal. */
export async function runProgram(commands: readonly CliCommand[], argv: readonly string[]): Promise<void> {
  try {
    const program = makeProgram(commands, context);
    await program.parseAsync(completeFlags(program, doubleDashes(argv)), { from: 'user' });
  } catch (error) {
    if (interrupted.aborted) process.exitCode = 130;
    else {
      sayLine(describeError(error));
      process.exitCode ??= 1;
    }
  }
}
