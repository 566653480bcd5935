import { constants, createWriteStream } from 'node:fs';
import fs from 'node:fs/promises';
import os from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { execa, type ResultPromise } from 'execa';
import { UserError } from './errors.ts';
import type { Child, Command, Exit, FileFacts, HttpAnswer, HttpRequest, Io, RunHooks } from './io.ts';
import type { AbsPath } from './place.ts';
import { quoteArgv } from './quote.ts';

/** Time between TERM and KILL. */
const killDelayMs = 5000;
/** What is kept of a program's stderr. */
const keptStderrChars = 1024 * 1024;

/** What is kept of standard output with `keepsTail`. */
const keptTailChars = 64 * 1024;
/** As much of an HTTP answer as is taken. */
const maxBodyBytes = 16 * 1024 * 1024;

const baseEnv = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', HOME: '/root' };

const missing = (error: unknown) => {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR';
};

/** Runs `work`, and gives undefined where the file is not there. */
async function orMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (missing(error)) return undefined;
    throw error;
  }
}

type Running = ResultPromise;

/** Starts a program in a process group of its own; the group is ended as one. */
function spawn(
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

function facts(stat: Awaited<ReturnType<typeof fs.lstat>>): FileFacts {
  const kind = stat.isDirectory()
    ? 'dir'
    : stat.isSymbolicLink()
      ? 'link'
      : stat.isBlockDevice()
        ? 'block'
        : stat.isCharacterDevice()
          ? 'char'
          : stat.isFIFO()
            ? 'fifo'
            : stat.isSocket()
              ? 'socket'
              : 'file';
  return {
    kind,
    mode: Number(stat.mode) & 0o7777,
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    sizeBytes: Number(stat.size),
    mtimeMs: Number(stat.mtimeMs),
    ino: Number(stat.ino),
    dev: Number(stat.dev),
    rdev: Number(stat.rdev),
    nlink: Number(stat.nlink),
  };
}

/** The real machine. The only file of the product that starts programs. */
export const realIo: Io = {
  read: (at) => orMissing(fs.readFile(at)),
  readText: (at) => orMissing(fs.readFile(at, 'utf8')),
  async readLink(at) {
    try {
      return await fs.readlink(at);
    } catch (error) {
      if (missing(error) || (error as NodeJS.ErrnoException).code === 'EINVAL') return undefined;
      throw error;
    }
  },
  async list(at) {
    return (await orMissing(fs.readdir(at)))?.sort();
  },
  async lstat(at) {
    const stat = await orMissing(fs.lstat(at));
    return stat && facts(stat);
  },
  run: (command, hooks = {}) => spawn(command, hooks).exit,
  now: () => new Date(),
  http: httpRequest,

  async start(command, hooks = {}) {
    const log = hooks.logFile ? createWriteStream(hooks.logFile, { flags: 'a' }) : undefined;
    const { running, exit, end } = spawn(command, {
      ...hooks,
      onLine: (line, stream) => {
        log?.write(`${line}\n`);
        hooks.onLine?.(line, stream);
      },
    });
    const ended = exit.finally(() => log?.end());
    ended.catch(() => {});
    if (running.pid === undefined) {
      await ended;
      throw new UserError(`cannot start ${quoteArgv(command.argv)}`, 'Install the package that has it, or check PATH.');
    }
    const child: Child = {
      pid: running.pid,
      exit: ended,
      async stop(signal = 'SIGTERM') {
        end(signal);
        const timer = setTimeout(() => end('SIGKILL'), killDelayMs);
        try {
          return await ended;
        } finally {
          clearTimeout(timer);
        }
      },
      kill: end,
    };
    return child;
  },

  async write(at, content, { mode, owner }) {
    const temporary = `${at}.${process.pid}.tmp` as AbsPath;
    const handle = await fs.open(temporary, 'w', mode);
    try {
      await handle.writeFile(content);
      await handle.chmod(mode);
      if (owner) await handle.chown(owner.uid, owner.gid);
      await handle.sync();
    } catch (error) {
      await fs.rm(temporary, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
    await fs.rename(temporary, at);
  },
  append: (at, content) => fs.appendFile(at, content),
  async mkdir(at, attrs = {}) {
    const made = await fs.mkdir(at, { recursive: true });
    if (made === undefined) return;
    if (attrs.mode !== undefined) await fs.chmod(at, attrs.mode);
    if (attrs.owner) await fs.chown(at, attrs.owner.uid, attrs.owner.gid);
  },
  async remove(at) {
    await refuseMounts(at);
    await fs.rm(at, { recursive: true, force: true });
  },
  async symlink(at, target) {
    const temporary = `${at}.${process.pid}.tmp`;
    await fs.rm(temporary, { force: true });
    await fs.symlink(target, temporary);
    await fs.rename(temporary, at);
  },
  rename: (from, to) => fs.rename(from, to),
  copy: (from, to) => fs.copyFile(from, to, constants.COPYFILE_FICLONE),
  async sleep(ms, signal) {
    await delay(ms, undefined, { signal });
  },
};

async function httpRequest({ url, json, timeoutMs, signal }: HttpRequest): Promise<HttpAnswer> {
  const limits = [AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])];
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any(limits),
      ...(json === undefined
        ? {}
        : { method: 'POST', body: JSON.stringify(json), headers: { 'content-type': 'application/json' } }),
    });
    const declared = Number(response.headers.get('content-length') ?? 0);
    if (declared > maxBodyBytes) throw new Error(`an answer of ${declared} bytes`);
    return {
      status: response.status,
      contentType: response.headers.get('content-type') ?? '',
      body: await response.text(),
    };
  } catch (error) {
    signal?.throwIfAborted();
    const cause =
      error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : String(error);
    throw new UserError(
      `no answer from ${url}: ${cause}`,
      'Check that the image server runs `systemimager serve` and that the port is open.',
      { cause: error },
    );
  }
}

/** Refuses where a filesystem is mounted at or below `at`, so that a forgotten mount never loses what is on it. */
async function refuseMounts(at: AbsPath): Promise<void> {
  const mounted = (await fs.readFile('/proc/self/mountinfo', 'utf8'))
    .split('\n')
    .map((line) => unescapeMountinfo(line.split(' ')[4] ?? ''))
    .find((dir) => dir === at || dir.startsWith(`${at}/`));
  if (mounted) throw new UserError(`${mounted} is mounted; not removing ${at}`, `Run: umount ${quoteArgv([mounted])}`);
}

/** proc_pid_mountinfo(5) writes space, tab, newline and backslash as three octal digits. */
function unescapeMountinfo(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
