import { closeSync } from 'node:fs';
import os from 'node:os';
import { execa, type Options } from 'execa';
import { UserError } from '../errors.ts';
import { openPlain } from '../files/open-plain.ts';
import type { Argv, Command, Exit, RunHooks } from '../io.ts';
import { bytesOf } from '../text.ts';
import { toEndWithUs } from './end-with-us.ts';
import { Ending } from './ending.ts';
import { environmentWith } from './environment.ts';
import { isProgram } from './is-program.ts';
import { leftBehind, type Running } from './left-behind.ts';
import { linesOf, readInto } from './lines.ts';
import { moveData } from './move-data.ts';
import { unspared } from './spared.ts';
import { Spool } from './spool.ts';

/** What is kept of a program's stderr. */
const keptStderrChars = 1024 * 1024;
/** What is kept of standard output with `keepsTail` and `isChatty`. */
const keptTailChars = 64 * 1024;

/**
 * Descriptors of locks that every program of ours gets, unless it runs in a chroot or outlives us: a tree stays locked until its
 * last writer has ended, even if we were killed and the writer goes on.
 */
export const writersHold = new Set<number>();

const cannotStart = (program: string, why: string) =>
  new UserError(`cannot start ${program}: ${why}`, 'Install the package that brings the program, or check PATH.');

const terminal = ['inherit', 'inherit', 'inherit'] as const;

/** Starts a program in a process group of its own; the group is ended as one. The only place that starts programs for `Io`. */
export function spawn(
  command: Command,
  hooks: RunHooks,
): { running: Running; exit: Promise<Exit>; end: (signal: NodeJS.Signals) => void } {
  const argv: Argv = command.chroot ? ['chroot', command.chroot, ...command.argv] : command.argv;
  const { outlivesUs, isChatty, keepsTail, stdoutFile, takesOutput, cwd = '/' } = command;
  const env = environmentWith(command.env);
  checkWords(argv);
  // With toEndWithUs another program stands first, whose start would not fail if this program is missing.
  if (!isProgram(argv[0], { PATH: env.PATH, cwd })) throw cannotStart(argv[0], 'it is not here');
  const stdout = linesOf(
    (line) => hooks.onLine?.(line, 'stdout'),
    keepsTail || isChatty ? keptTailChars : Number.POSITIVE_INFINITY,
  );
  const stderr = linesOf((line) => hooks.onLine?.(line, 'stderr'), keptStderrChars);
  const spool = isChatty ? new Spool((text) => stdout.add(text)) : undefined;
  const input = inputOf(command);
  const output = stdoutFile ? { file: stdoutFile } : (spool?.fd ?? 'pipe');
  const options = {
    env,
    extendEnv: false,
    cwd,
    detached: !command.terminal,
    cleanup: false,
    reject: false,
    buffer: false,
    ...input.option,
    stdio: [...(command.terminal ? terminal : [input.stdin, output, 'pipe']), ...descriptorsFor(command)],
  } as Options;
  const [file, ...args] = outlivesUs ? argv : toEndWithUs(argv);
  const running = unspared(() => execa(file, args, options));
  if (typeof input.stdin === 'number') closeSync(input.stdin);
  readInto(running.stderr, stderr);
  // Reading the stream as text would also change the bytes that go to the file.
  if (!stdoutFile && !takesOutput) readInto(running.stdout, stdout);
  const ending = new Ending(running.pid, command, hooks);
  const moved = moveData(command, running, () => ending.end('SIGTERM'));
  moved.catch(() => {});

  const exit = (async (): Promise<Exit> => {
    try {
      const ended = await Promise.race([running, leftBehind(running, () => ending.isEnding)]).finally(() =>
        spool?.end(),
      );
      stdout.end();
      await moved;
      const { exitCode, signal, cause } = ended;
      if (exitCode === undefined && signal === undefined)
        throw cannotStart(argv[0], cause instanceof Error ? cause.message : 'unknown reason');
      return {
        argv,
        code: exitCode ?? 128 + (signal ? (os.constants.signals[signal] ?? 0) : 0),
        signal,
        timedOut: ending.timedOut,
        stdout: stdout.text(),
        stderr: stderr.text(),
      };
    } finally {
      ending.done();
    }
  })();
  return { running, exit, end: ending.end };
}

/** The kernel would end the word at a NUL, and Node gives words as UTF-8 only. */
function checkWords(argv: Argv): void {
  const torn = argv.find((word) => word.includes('\0') || !word.isWellFormed());
  if (torn === undefined) return;
  const why = torn.includes('\0') ? 'holds a NUL' : 'is not UTF-8';
  throw new UserError(`${JSON.stringify(torn)} cannot be given to ${argv[0]}: the word ${why}`, 'Correct that name.');
}

/** What the program reads: nothing, a text, bytes, pieces that come later, or a file, which is opened here. */
function inputOf({ stdin }: Command): { stdin: 'ignore' | 'pipe' | number; option: { input?: Uint8Array } } {
  if (stdin === undefined) return { stdin: 'ignore', option: {} };
  if (typeof stdin === 'string') return { stdin: 'pipe', option: { input: bytesOf(stdin) } };
  if (stdin instanceof Uint8Array) return { stdin: 'pipe', option: { input: stdin } };
  if ('pieces' in stdin) return { stdin: 'pipe', option: {} };
  // A program that waited for the other end of a pipe would never begin.
  return { stdin: openPlain(stdin.file, true).fd, option: {} };
}

/** The descriptors that the program gets as its 3, 4, …: the lent descriptors, or our locks. */
function descriptorsFor({ lends, outlivesUs, chroot }: Command): Iterable<number> {
  return lends ?? (outlivesUs || chroot ? [] : writersHold);
}
