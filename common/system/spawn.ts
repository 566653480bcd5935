import { closeSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { execa, execaSync, type Options } from 'execa';
import { UserError } from './errors.ts';
import { openPlain } from './files/open-plain.ts';
import { Interrupted } from './interrupt.ts';
import type { Argv, Command, Exit, RunHooks } from './io.ts';
import { isProgram } from './is-program.ts';
import { leftBehind, type Running } from './left-behind.ts';
import { linesOf, readInto } from './program-lines.ts';
import { Spool } from './spool.ts';
import { bytesOf } from './text.ts';

/** Time between TERM and KILL. */
export const killDelayMs = 5000;
/** What is kept of a program's stderr. */
const keptStderrChars = 1024 * 1024;
/** What is kept of standard output with `keepsTail` and `isChatty`. */
const keptTailChars = 64 * 1024;

/** Where programs are; the client's executable brings some that the machine may lack (builder/client-tools.ts). */
const places = ['/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', process.env.SYSTEMIMAGER_TOOLS];
const baseEnv = {
  PATH: places.filter(Boolean).join(':'),
  LC_ALL: 'C',
  HOME: '/root',
  // The locks that our programs hold are no mistake (lvm(8)).
  LVM_SUPPRESS_FD_WARNINGS: '1',
};

/**
 * The kernel ends a program when we end (prctl(2) PR_SET_PDEATHSIG; setpriv(1) of util-linux, and the signal survives the exec
 * that follows). Where we ended before it asked for that, it has another parent by now, and does not begin.
 */
const pdeathsig = ['setpriv', '--pdeathsig', 'TERM', '--'] as const;
const ifWeLive = ['sh', '-c', '[ "$PPID" = "$0" ] && exec "$@"', String(process.pid)] as const;

let canEndWithUs: boolean | undefined;

/** Golden clients may have none, or one of busybox or before util-linux 2.33. */
function toEndWithUs(argv: Argv): Argv {
  const [setpriv, ...options] = pdeathsig;
  canEndWithUs ??= execaSync(setpriv, [...options, 'true'], { ...ourEnv(), reject: false }).exitCode === 0;
  return canEndWithUs ? [...pdeathsig, ...ifWeLive, ...argv] : argv;
}

/**
 * Descriptors of locks that every program gets which we start, but for those in a chroot: a tree that is written to stays locked
 * until the last writer has ended, also where we were killed and the writer does not end.
 */
export const writersHold = new Set<number>();

/** How much this process is spared when memory is short, from -1000 to 1000 (proc_pid_oom_score_adj(5)). */
const setOomScore = (score: number) => writeFileSync('/proc/self/oom_score_adj', String(score));
const sparedScore = -900;
let isSpared = false;

/** Spares this process when memory is short, and nothing that it starts; where it may not, it goes on as it is. */
export function spareUs(): void {
  try {
    setOomScore(sparedScore);
    isSpared = true;
  } catch {
    // Only root may, and a container may not.
  }
}

/** What is started gets the score that we have at that moment. */
function unspared<T>(start: () => T): T {
  if (!isSpared) return start();
  setOomScore(0);
  try {
    return start();
  } finally {
    setOomScore(sparedScore);
  }
}

const ourEnv = (env: Record<string, string> = {}) => ({ env: { ...baseEnv, ...env }, extendEnv: false }) as const;

const cannotStart = (program: string, why: string) =>
  new UserError(`cannot start ${program}: ${why}`, 'Install the package that brings the program, or check PATH.');

/** Starts a program in a process group of its own; the group is ended as one. The product's only use of execa. */
export function spawn(
  command: Command,
  hooks: RunHooks,
): { running: Running; exit: Promise<Exit>; end: (signal: NodeJS.Signals) => void } {
  const argv = command.chroot ? (['chroot', command.chroot, ...command.argv] as const) : command.argv;
  const stdin = command.stdin;
  // The kernel would end the word at a NUL, and Node gives words as UTF-8 only.
  const torn = argv.find((word) => word.includes('\0') || !word.isWellFormed());
  if (torn !== undefined)
    throw new UserError(
      `${JSON.stringify(torn)} cannot be given to ${argv[0]}: the word ${torn.includes('\0') ? 'holds a NUL' : 'is not UTF-8'}`,
      'Correct that name.',
    );
  const { outlivesUs, chroot, cwd = '/' } = command;
  const env = ourEnv(command.env);
  // What stands before it on its command line would be there.
  if (!isProgram(argv[0], { PATH: env.env.PATH, cwd })) throw cannotStart(argv[0], 'it is not here');
  const stdout = linesOf(
    (line) => hooks.onLine?.(line, 'stdout'),
    command.keepsTail || command.isChatty ? keptTailChars : Number.POSITIVE_INFINITY,
  );
  // A program that waited for the other end of a pipe would never begin.
  const input = typeof stdin === 'object' && 'file' in stdin ? openPlain(stdin.file, true).fd : undefined;
  const spool = command.isChatty ? new Spool((text) => stdout.add(text)) : undefined;
  const [file, ...args]: Argv = outlivesUs ? argv : toEndWithUs(argv);
  const descriptors = command.lends ?? (outlivesUs || chroot ? [] : writersHold);
  const options = {
    ...env,
    cwd,
    detached: !command.terminal,
    cleanup: false,
    reject: false,
    buffer: false,
    ...(typeof stdin === 'string' ? { input: bytesOf(stdin) } : stdin instanceof Uint8Array ? { input: stdin } : {}),
    stdio: [
      ...(command.terminal
        ? terminal
        : [input ?? (stdin === undefined ? 'ignore' : 'pipe'), outputTo(command, spool), 'pipe']),
      ...descriptors,
    ],
  } as Options;
  const running = unspared(() => execa(file, args, options));
  if (input !== undefined) closeSync(input);
  const stderr = linesOf((line) => hooks.onLine?.(line, 'stderr'), keptStderrChars);
  readInto(running.stderr, stderr);
  // Reading the stream as text would also change the bytes that go to the file.
  if (!command.stdoutFile) readInto(running.stdout, stdout);

  let isEnding = false;
  const end = (signal: NodeJS.Signals) => {
    if (running.pid === undefined) return;
    isEnding ||= signal !== 'SIGHUP';
    try {
      process.kill(command.terminal ? running.pid : -running.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  };
  let timedOut = false;
  const timers: NodeJS.Timeout[] = [];
  const endSoftly = () => {
    // The terminal has sent it to the program, too.
    if (command.terminal && isFromTerminal(hooks.signal?.reason)) return;
    end('SIGTERM');
    timers.push(setTimeout(() => end('SIGKILL'), killDelayMs));
  };
  if (command.limitMs !== undefined)
    timers.push(
      setTimeout(() => {
        timedOut = true;
        endSoftly();
      }, command.limitMs),
    );
  hooks.signal?.addEventListener('abort', endSoftly);
  if (hooks.signal?.aborted) endSoftly();

  const exit = (async (): Promise<Exit> => {
    try {
      const result = await Promise.race([running, leftBehind(running, () => isEnding)]).finally(() => spool?.end());
      stdout.end();
      if (result.exitCode === undefined && result.signal === undefined)
        throw cannotStart(argv[0], result.cause instanceof Error ? result.cause.message : 'unknown reason');
      const signal = result.signal;
      return {
        argv,
        code: result.exitCode ?? 128 + (signal ? (os.constants.signals[signal] ?? 0) : 0),
        ...(signal ? { signal } : {}),
        timedOut,
        stdout: stdout.text(),
        stderr: stderr.text(),
      };
    } finally {
      for (const timer of timers) clearTimeout(timer);
      hooks.signal?.removeEventListener('abort', endSoftly);
    }
  })();
  return { running, exit, end };
}

const isFromTerminal = (reason: unknown) => reason instanceof Interrupted && reason.signal === 'SIGINT';

const terminal = ['inherit', 'inherit', 'inherit'] as const;

const outputTo = ({ stdoutFile }: Command, spool: Spool | undefined) =>
  stdoutFile ? { file: stdoutFile } : spool ? spool.fd : 'pipe';
