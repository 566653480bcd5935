import { constants, createWriteStream, symlinkSync } from 'node:fs';
import fs from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from './errors.ts';
import { httpRequest } from './http-request.ts';
import type { Child, FileFacts, Io } from './io.ts';
import { lockFile } from './lock-file.ts';
import { readField } from './octal.ts';
import type { AbsPath } from './place.ts';
import { quoteArgv } from './quote.ts';
import { killDelayMs, spawn } from './spawn.ts';
import { bytesOf, textOf } from './text.ts';

const missing = (error: unknown) => {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR';
};

/** A path for node:fs, which would change what is no UTF-8 in it. */
const native = (at: AbsPath) => (at.isWellFormed() ? at : bytesOf(at));

/** Runs `work`, and gives undefined where the file is not there. */
async function orMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (missing(error)) return undefined;
    throw error;
  }
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
  read: (at) => orMissing(fs.readFile(native(at))),
  async readText(at) {
    const bytes = await orMissing(fs.readFile(native(at)));
    return bytes && textOf(bytes);
  },
  readPart: (at, firstByte, bytes) => orMissing(readPart(at, firstByte, bytes)),
  async readLink(at) {
    try {
      return textOf(await fs.readlink(native(at), 'buffer'));
    } catch (error) {
      if (missing(error) || (error as NodeJS.ErrnoException).code === 'EINVAL') return undefined;
      throw error;
    }
  },
  async list(at) {
    return (await orMissing(fs.readdir(native(at), 'buffer')))?.map(textOf).sort();
  },
  async lstat(at) {
    const stat = await orMissing(fs.lstat(native(at)));
    return stat && facts(stat);
  },
  run: async (command, hooks = {}) => spawn(command, hooks).exit,
  now: () => new Date(),
  http: httpRequest,

  async start(command, hooks = {}) {
    const log = hooks.logFile ? createWriteStream(native(hooks.logFile), { flags: 'a' }) : undefined;
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
    const handle = await fs.open(native(temporary), 'w', mode);
    try {
      await handle.writeFile(typeof content === 'string' ? bytesOf(content) : content);
      await handle.chmod(mode);
      if (owner) await handle.chown(owner.uid, owner.gid);
      await handle.sync();
      await fs.rename(native(temporary), native(at));
    } catch (error) {
      await fs.rm(native(temporary), { force: true });
      // Errors of an open file name none (a full disk).
      throw error instanceof Error && !('path' in error) ? Object.assign(error, { path: at }) : error;
    } finally {
      await handle.close();
    }
  },
  append: (at, content) => fs.appendFile(native(at), bytesOf(content)),
  async mkdir(at, attrs = {}) {
    const made = await fs.mkdir(native(at), { recursive: true });
    if (made === undefined) return;
    if (attrs.mode !== undefined) await fs.chmod(native(at), attrs.mode);
    if (attrs.owner) await fs.chown(native(at), attrs.owner.uid, attrs.owner.gid);
  },
  async remove(at) {
    if (await unlinked(at)) return;
    await refuseMounts(at);
    await fs.rm(native(at), { recursive: true, force: true });
  },
  async symlink(at, target) {
    try {
      // At once: a thread to wait for would take longer than the link, of which a server makes ten thousand.
      return symlinkSync(bytesOf(target), native(at));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const temporary = native(`${at}.${process.pid}.tmp`);
    await fs.rm(temporary, { force: true });
    await fs.symlink(bytesOf(target), temporary);
    await fs.rename(temporary, native(at));
  },
  rename: (from, to) => fs.rename(native(from), native(to)),
  copy: (from, to) => fs.copyFile(native(from), native(to), constants.COPYFILE_FICLONE),
  async sleep(ms, signal) {
    await delay(ms, undefined, { signal });
  },
  lock: (at, options) => lockFile(realIo, at, options),
};

async function readPart(at: AbsPath, firstByte: number, bytes: number): Promise<Buffer> {
  await using handle = await fs.open(native(at));
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(bytes), 0, bytes, firstByte);
  return buffer.subarray(0, bytesRead);
}

/** Removes what is no directory; false for one (unlink(2)), and for a file that another is mounted over. */
async function unlinked(at: AbsPath): Promise<boolean> {
  try {
    await fs.unlink(native(at));
    return true;
  } catch (error) {
    if (missing(error)) return true;
    if (['EISDIR', 'EPERM', 'EBUSY'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

/** Refuses where a filesystem is mounted at or below `at`, so that a forgotten mount never loses what is on it. */
async function refuseMounts(at: AbsPath): Promise<void> {
  const mounted = textOf(await fs.readFile('/proc/self/mountinfo'))
    .split('\n')
    .map((line) => readField(line.split(' ')[4] ?? ''))
    .find((dir) => dir === at || dir.startsWith(`${at}/`));
  if (mounted) throw new UserError(`${mounted} is mounted; not removing ${at}`, `Run: umount ${quoteArgv([mounted])}`);
}
