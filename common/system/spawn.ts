import os from 'node:os';
import { execa, type ResultPromise } from 'execa';
import { UserError } from './errors.ts';
import type { Command, Exit, RunHooks } from './io.ts';

/** Time between TERM and KILL. */
export const killDelayMs = 5000;
/** What is kept of a program's stderr. */
const keptStderrChars = 1024 * 1024;
/** What is kept of standard output with `keepsTail`. */
const keptTailChars = 64 * 1024;

const baseEnv = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', HOME: '/root' };

type Running = ResultPromise;

/** Starts a program in a process group of its own; the group is ended as one. The product's only use of execa. */
export function spawn(
  command: Command,
  hooks: RunHooks,
): { running: Running; exit: Promise<Exit>; end: (signal: NodeJS.Signals) => void } {
  const argv = command.chroot ? (['chroot', command.chroot, ...command.argv] as const) : command.argv;
  const [file, ...args] = argv;
  const stdin = command.stdin;
  const running = execa(file, args, {
    env: { ...baseEnv, ...command.env },
    extendEnv: false,
    cwd: command.cwd ?? '/',
    detached: true,
    cleanup: false,
    reject: false,
    buffer: false,
    stdin:
      stdin === undefined ? 'ignore' : typeof stdin === 'object' && 'file' in stdin ? { file: stdin.file } : 'pipe',
    ...(typeof stdin === 'string' || stdin instanceof Uint8Array ? { input: stdin } : {}),
    stdout: command.stdoutFile ? { file: command.stdoutFile } : 'pipe',
  }) as Running;

  const stdout = collect(
    // Reading the stream as text would also change the bytes that go to the file.
    command.stdoutFile ? undefined : running.stdout,
    (line) => hooks.onLine?.(line, 'stdout'),
    command.keepsTail ? keptTailChars : Number.POSITIVE_INFINITY,
  );
  const stderr = collect(running.stderr, (line) => hooks.onLine?.(line, 'stderr'), keptStderrChars);

  const end = (signal: NodeJS.Signals) => {
    if (running.pid === undefined) return;
    try {
      process.kill(-running.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  };
  let timedOut = false;
  const timers: NodeJS.Timeout[] = [];
  const endSoftly = () => {
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
      const result = await running;
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

/** Keeps the (last `limit` characters of the) text of a stream and hands over each line. */
function collect(stream: NodeJS.ReadableStream | null | undefined, onLine: (line: string) => void, limit: number) {
  let kept: string[] = [];
  let keptChars = 0;
  let rest = '';
  stream?.setEncoding('utf8');
  stream?.on('data', (chunk: string) => {
    kept.push(chunk);
    keptChars += chunk.length;
    if (keptChars > limit * 2) {
      const text = kept.join('').slice(-limit);
      kept = [text];
      keptChars = text.length;
    }
    const lines = (rest + chunk).split(/[\r\n]/);
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') onLine(line);
  });
  stream?.on('end', () => {
    if (rest !== '') onLine(rest);
    rest = '';
  });
  return { text: () => kept.join('') };
}
