import { UserError } from '../errors.ts';
import { quoteArgv } from '../quote.ts';
import { waitFor } from './condition.ts';
import type { StepKind } from './kind.ts';

/** Starts a program that keeps running, waits until it is ready, and stops it when the group is left. */
export const start: StepKind<'start'> = {
  print: (step) => `${quoteArgv(step.argv)} &`,
  async apply(step, { io, signal, emit, undo }) {
    const lines: string[] = [];
    const child = await io.start(
      { argv: step.argv, env: step.env },
      {
        logFile: step.logFile,
        onLine(line, stream) {
          lines.push(line);
          if (lines.length > 50) lines.shift();
          emit({ kind: 'line', step, line, stream });
        },
      },
    );
    undo.push({ step, back: async () => void (await child.stop()) });
    const ended = child.exit.then((exit) => {
      const said = lines.slice(-5).join('\n    ');
      throw new UserError(
        `${step.name} ended at once with exit code ${exit.code}\n    ${said}`,
        `Run the program by hand: ${quoteArgv(step.argv)}`,
      );
    });
    await Promise.race([
      waitFor(step.ready, step.limitMs, `Look at what ${step.name} says.`, { io, signal, lines }),
      ended,
    ]);
  },
};
