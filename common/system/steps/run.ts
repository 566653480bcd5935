import { UserError } from '../errors.ts';
import { readFrames } from '../frames.ts';
import type { Command, Exit } from '../io.ts';
import { type Place, printPlace } from '../place.ts';
import { parseProgress, type Progress } from '../progress.ts';
import { quoteArgv, quoteWord } from '../quote.ts';
import { waitForNext } from '../retry.ts';
import { type RunStep, revealText, showText, type Text } from '../step.ts';
import type { StepContext, StepKind } from './kind.ts';

/** The most lines of a failed program's stderr that its error shows. */
const shownLines = 20;

type Stdin = NonNullable<RunStep['stdin']>;
const isPlace = (stdin: Stdin): stdin is Place => typeof stdin === 'object' && 'path' in stdin;
const isFrames = (stdin: Stdin): stdin is Exclude<Stdin, Text | Place> =>
  typeof stdin === 'object' && 'frames' in stdin;

/** Runs a program to its end. */
export const run: StepKind<'run'> = {
  print(step) {
    const env = Object.entries(step.env ?? {}).map(([name, value]) => `${name}=${quoteWord(value)} `);
    const argv = quoteArgv(step.chroot ? ['chroot', step.chroot, ...step.argv] : step.argv);
    if (step.stdin === undefined) return env.join('') + argv;
    if (isPlace(step.stdin)) return `${env.join('')}${argv} <${quoteWord(printPlace(step.stdin))}`;
    if (isFrames(step.stdin)) {
      const files = [...new Set(step.stdin.frames.map((frame) => frame.file))];
      return `${quoteArgv(['zstd', '-dc', ...files])} | ${env.join('')}${argv}`;
    }
    return `${env.join('')}${argv} <<'END'\n${showText(step.stdin).replace(/\n$/, '')}\nEND`;
  },

  async apply(step, context) {
    const retry = step.retry;
    const before: Exit[] = [];
    // A program that resumes after an interruption counts from 0 again.
    let doneBytes = 0;
    for (let attempt = 1; ; attempt += 1) {
      const earlierBytes = doneBytes;
      const exit = await runOnce(step, context, (seen) => {
        doneBytes = Math.min(earlierBytes + seen.doneBytes, seen.totalBytes ?? Number.POSITIVE_INFINITY);
        return { ...seen, doneBytes };
      });
      context.signal?.throwIfAborted();
      if (exit.code === 0) return;
      const meaning = step.ok?.[exit.code];
      if (meaning !== undefined) return context.emit({ kind: 'note', step, text: meaning });
      // A program that makes progress is not failing, however often it is interrupted.
      if (doneBytes > earlierBytes) attempt = 1;
      const reason = retry?.when(exit, before) ?? false;
      const say = (text: string) => context.emit({ kind: 'note', step, text });
      if (!retry || reason === false || !(await waitForNext({ ...context, say }, retry, attempt, reason)))
        throw programFailed(exit, step.why, step.hints?.[exit.code]);
      before.push(exit);
    }
  },
};

async function runOnce(
  step: Extract<Parameters<typeof run.apply>[0], RunStep>,
  context: StepContext,
  count: (seen: Progress) => Progress,
): Promise<Exit> {
  const { io, signal, emit } = context;
  const progress = step.progress && parseProgress(step.progress);
  const tell = (seen: Progress) => emit({ kind: 'progress', step, ...count(seen) });
  const inputOf = (stdin: Stdin): Command['stdin'] => {
    if (isPlace(stdin)) return { file: stdin };
    if (!isFrames(stdin)) return revealText(stdin);
    const pieces = readFrames(io, stdin.frames, tell, stdin.ifDamaged);
    return { pieces: stdin.through ? stdin.through(pieces) : pieces };
  };
  return io.run(
    {
      argv: step.argv,
      keepsTail: true,
      isChatty: progress ? true : undefined,
      terminal: step.terminal,
      env: step.env,
      chroot: step.chroot,
      limitMs: step.limitMs,
      stdin: step.stdin === undefined ? undefined : inputOf(step.stdin),
    },
    {
      signal,
      onLine(line, stream) {
        const seen = stream === 'stdout' ? progress?.(line) : undefined;
        if (seen) tell(seen);
        else emit({ kind: 'line', step, line, stream });
      },
    },
  );
}

/** The error for a program that failed: its command line to paste, its exit code and the end of its stderr. */
export function programFailed(exit: Exit, why: string, hint?: string): UserError {
  const how = exit.timedOut ? 'took too long' : exit.signal ? `was ended by ${exit.signal}` : `exited ${exit.code}`;
  const tail = (exit.stderr.trim() || exit.stdout.trim()).split('\n').slice(-shownLines).join('\n    ');
  return new UserError(
    `${why}: ${exit.argv[0]} ${how}${tail ? `\n    ${tail}` : ''}`,
    `${hint === undefined ? '' : `${hint} `}To see the failure again, run: ${quoteArgv(exit.argv)}`,
  );
}
