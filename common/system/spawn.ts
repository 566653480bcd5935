import net from 'node:net';
import os from 'node:os';
import { execa, type ResultPromise } from 'execa';
import { UserError } from './errors.ts';
import { Interrupted } from './interrupt.ts';
import type { Command, Exit, RunHooks } from './io.ts';
import { Spool } from './spool.ts';
import { bytesOf, TextReader } from './text.ts';

/** Time between TERM and KILL. */
export const killDelayMs = 5000;
/** What is kept of a program's stderr. */
const keptStderrChars = 1024 * 1024;
/** What is kept of standard output with `keepsTail` and `isChatty`. */
const keptTailChars = 64 * 1024;

/**
 * What a program leaves running (a daemon, the transfers of one that was killed) may hold its pipes open for hours: so long
 * after its end, what it wrote has been read.
 */
const drainMs = 2000;

/** Where programs are; the client's executable brings some that the machine may lack (builder/client-tools.ts). */
const places = ['/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', process.env.SYSTEMIMAGER_TOOLS];
const baseEnv = { PATH: places.filter(Boolean).join(':'), LC_ALL: 'C', HOME: '/root' };

/** setpriv(1) of util-linux; the signal survives the exec that follows. */
const endingWithUs = ['setpriv', '--pdeathsig', 'TERM', '--'] as const;

type Running = ResultPromise;

/** Starts a program in a process group of its own; the group is ended as one. The product's only use of execa. */
export function spawn(
  command: Command,
  hooks: RunHooks,
): { running: Running; exit: Promise<Exit>; end: (signal: NodeJS.Signals) => void } {
  const argv = command.chroot ? (['chroot', command.chroot, ...command.argv] as const) : command.argv;
  const [file, ...args] = command.endsWithUs ? ([...endingWithUs, ...argv] as const) : argv;
  const stdin = command.stdin;
  // The kernel would end the word at a NUL, and Node gives words as UTF-8 only.
  const torn = argv.find((word) => word.includes('\0') || !word.isWellFormed());
  if (torn !== undefined)
    throw new UserError(
      `${JSON.stringify(torn)} cannot be given to ${argv[0]}: it ${torn.includes('\0') ? 'holds a NUL' : 'is not UTF-8'}`,
      'Correct that name.',
    );
  const stdout = lines(
    (line) => hooks.onLine?.(line, 'stdout'),
    command.keepsTail || command.isChatty ? keptTailChars : Number.POSITIVE_INFINITY,
  );
  const spool = command.isChatty ? new Spool((text) => stdout.add(text)) : undefined;
  const running = execa(file, args, {
    env: { ...baseEnv, ...command.env },
    extendEnv: false,
    cwd: command.cwd ?? '/',
    detached: !command.terminal,
    cleanup: false,
    reject: false,
    buffer: false,
    stdin: command.terminal
      ? 'inherit'
      : stdin === undefined
        ? 'ignore'
        : typeof stdin === 'object' && 'file' in stdin
          ? { file: stdin.file }
          : 'pipe',
    ...(typeof stdin === 'string' ? { input: bytesOf(stdin) } : stdin instanceof Uint8Array ? { input: stdin } : {}),
    stdout: command.terminal ? 'inherit' : command.stdoutFile ? { file: command.stdoutFile } : outputTo(spool),
    ...(command.terminal ? { stderr: 'inherit' } : {}),
  }) as Running;
  const stderr = lines((line) => hooks.onLine?.(line, 'stderr'), keptStderrChars);
  read(running.stderr, stderr);
  // Reading the stream as text would also change the bytes that go to the file.
  if (!command.stdoutFile) read(running.stdout, stdout);

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
        throw new UserError(
          `cannot start ${argv[0]}: ${result.cause instanceof Error ? result.cause.message : 'unknown reason'}`,
          'Install the package that has it, or check PATH.',
        );
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

type HowEnded = { exitCode?: number; signal?: NodeJS.Signals; cause?: unknown };

/**
 * How a program ended whose pipes others still hold some time later; they no longer keep this program from its end. Never, where
 * its whole group is being ended.
 */
function leftBehind(running: Running, isEnding: () => boolean): Promise<HowEnded> {
  return new Promise((resolve) => {
    running.nodeChildProcess.once('exit', (code, signal) => {
      const drained = setTimeout(() => {
        if (isEnding()) return;
        for (const stream of [running.stdout, running.stderr]) if (stream instanceof net.Socket) stream.unref();
        resolve(signal ? { signal } : { exitCode: code ?? 0 });
      }, drainMs);
      running.then(
        () => clearTimeout(drained),
        () => clearTimeout(drained),
      );
    });
  });
}

const isFromTerminal = (reason: unknown) => reason instanceof Interrupted && reason.signal === 'SIGINT';

/** execa takes any descriptor; its types name only those of every program. */
const outputTo = (spool: Spool | undefined) => (spool ? (spool.fd as 1) : 'pipe');

/** Takes what a program writes: keeps its (last `limit` characters of the) text, and hands over each line. */
function lines(onLine: (line: string) => void, limit: number) {
  let kept: string[] = [];
  let keptChars = 0;
  let rest = '';
  return {
    add(chunk: string) {
      kept.push(chunk);
      keptChars += chunk.length;
      if (keptChars > limit * 2) {
        const text = kept.join('').slice(-limit);
        kept = [text];
        keptChars = text.length;
      }
      const whole = (rest + chunk).split(/[\r\n]/);
      rest = whole.pop() ?? '';
      for (const line of whole) if (line !== '') onLine(line);
    },
    /** A last line without its end is one, too. */
    end() {
      if (rest !== '') onLine(rest);
      rest = '';
    },
    text: () => kept.join(''),
  };
}

function read(stream: NodeJS.ReadableStream | null | undefined, to: ReturnType<typeof lines>): void {
  const reader = new TextReader();
  stream?.on('data', (piece: Buffer) => to.add(reader.add(piece)));
  stream?.on('end', () => {
    to.add(reader.end());
    to.end();
  });
}
