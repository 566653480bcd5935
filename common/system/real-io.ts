import {
  appendFile,
  closeSync,
  constants,
  createWriteStream,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  type Stats,
  statSync,
} from 'node:fs';
import fs from 'node:fs/promises';
import net from 'node:net';
import { addAbortSignal } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { UserError } from './errors.ts';
import { copyFrom, mkdir, openAppend, symlink, write } from './files/change.ts';
import { heldPath, hold } from './files/hold.ts';
import { naming } from './files/naming.ts';
import { kindOf, openPlain, readPart, readPlain } from './files/open-plain.ts';
import { remove, removeOne } from './files/remove.ts';
import { httpRequest } from './http-request.ts';
import type { Child, FileFacts, Io } from './io.ts';
import { lockFile } from './lock-file.ts';
import type { At } from './place.ts';
import { quoteArgv } from './quote.ts';
import { killDelayMs } from './programs/ending.ts';
import { linesOf, readInto } from './programs/lines.ts';
import { spawn } from './programs/spawn.ts';
import { bytesOf, native, textOf } from './text.ts';

const missing = (error: unknown) => {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR';
};

/** Runs `work`, and gives undefined if the file is not there. */
async function orMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (missing(error)) return undefined;
    throw error;
  }
}

/**
 * Does a read of the machine; undefined if the file is missing. The read is synchronous, like the look-up of the path: Node's
 * threads would take ten times as long, which adds up to seconds on a slow machine.
 */
const reading = <T>(at: At, followsLast: boolean, work: (path: string | Buffer) => T): Promise<T | undefined> =>
  orMissing(
    naming(at, () => {
      using held = hold(at, followsLast);
      return work(native(held.path));
    }),
  );

function facts(stat: Stats): FileFacts {
  const { uid, gid, size: sizeBytes, mtimeMs, ino, dev, rdev, nlink } = stat;
  return { kind: kindOf(stat), mode: stat.mode & 0o7777, uid, gid, sizeBytes, mtimeMs, ino, dev, rdev, nlink };
}

/** Names in a folder. The folder of a place is opened first, so that nothing else can take its place. */
function namesIn(path: string | Buffer, isPlace: boolean): Buffer[] {
  if (!isPlace) return readdirSync(path, 'buffer');
  const folder = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    return readdirSync(heldPath(folder), 'buffer');
  } finally {
    closeSync(folder);
  }
}

/** The real machine. */
export const realIo: Io = {
  read: (at, how) => orMissing(naming(at, () => readPlain(at, how))),
  async readText(at, how) {
    const bytes = await orMissing(naming(at, () => readPlain(at, how)));
    return bytes && textOf(bytes);
  },
  readPart: (at, firstByte, bytes) => orMissing(naming(at, () => readPart(at, firstByte, bytes))),
  async readLink(at) {
    try {
      return await reading(at, false, (path) => textOf(readlinkSync(path, 'buffer')));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EINVAL') return undefined;
      throw error;
    }
  },
  list: async (at) => (await reading(at, true, (path) => namesIn(path, typeof at !== 'string')))?.map(textOf).sort(),
  lstat: (at) => reading(at, false, (path) => facts(lstatSync(path))),
  stat: (at) => reading(at, true, (path) => facts(typeof at === 'string' ? statSync(path) : lstatSync(path))),
  async readPipe(at, onLine, signal) {
    // Open for writing too, so that the pipe does not end before its first writer comes.
    const pipe = new net.Socket({ fd: openSync(native(at), constants.O_RDWR | constants.O_NONBLOCK), readable: true });
    const lines = linesOf(onLine, 0);
    readInto(pipe, lines);
    await finished(addAbortSignal(signal, pipe), { writable: false }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    lines.end();
  },
  run: async (command, hooks = {}) => spawn(command, hooks).exit,
  now: () => new Date(),
  http: httpRequest,

  async start(command, hooks = {}) {
    const { logFile } = hooks;
    const log = logFile && createWriteStream('', { fd: await naming(logFile, () => openAppend(logFile)) });
    const { running, exit, end } = spawn(command, {
      ...hooks,
      onLine: (line, stream) => {
        if (!log?.writableEnded) log?.write(`${line}\n`);
        hooks.onLine?.(line, stream);
      },
    });
    const ended = exit.finally(() => log?.end());
    ended.catch(() => {});
    if (running.pid === undefined) {
      await ended;
      throw new UserError(
        `cannot start ${quoteArgv(command.argv)}`,
        'Install the package that brings the program, or check PATH.',
      );
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

  write: (at, content, attributes) => naming(at, () => write(at, content, attributes)),
  append: (at, content) =>
    naming(at, async () => {
      const fd = openAppend(at);
      try {
        await promisify(appendFile)(fd, bytesOf(content));
      } finally {
        closeSync(fd);
      }
    }),
  mkdir: (at, attributes = {}) => naming(at, () => mkdir(at, attributes)),
  remove: (at) => naming(at, () => orMissing(remove(at))),
  removeOne: (at) => naming(at, () => orMissing(removeOne(at))),
  symlink: (at, target) => naming(at, () => symlink(at, target)),
  rename: (from, to) =>
    naming(to, async () => {
      using source = hold(from, false);
      using target = hold(to, false);
      await fs.rename(native(source.path), native(target.path));
    }),
  async copy(from, to) {
    const { fd } = await naming(from, () => openPlain(from));
    try {
      await naming(to, () => copyFrom(fd, to));
    } finally {
      closeSync(fd);
    }
  },
  async sleep(ms, signal) {
    await delay(ms, undefined, { signal });
  },
  lock: (at, options) => lockFile(realIo, at, options),
};
