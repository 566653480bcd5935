import fs from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { UserError } from '../errors.ts';
import type { FileFacts, ReadHow } from '../io.ts';
import { type At, printPlace } from '../place.ts';
import { native } from '../text.ts';
import { heldPath, hold, pathOnly } from './hold.ts';

const words: Record<FileFacts['kind'], string> = {
  file: 'a file',
  dir: 'a folder',
  link: 'a link',
  block: 'a device',
  char: 'a device',
  fifo: 'a named pipe',
  socket: 'a socket',
};

/** The kind of a file, from lstat(2). */
export function kindOf(stat: fs.Stats): FileFacts['kind'] {
  if (stat.isDirectory()) return 'dir';
  if (stat.isSymbolicLink()) return 'link';
  if (stat.isBlockDevice()) return 'block';
  if (stat.isCharacterDevice()) return 'char';
  if (stat.isFIFO()) return 'fifo';
  return stat.isSocket() ? 'socket' : 'file';
}

const canBeGiven = (kind: FileFacts['kind']) => kind === 'fifo' || kind === 'char';

/**
 * Opens a plain file for reading, and refuses any other kind of file without opening it: to open a pipe waits for its other end,
 * and to open a device may have effects.
 */
export function openPlain(at: At, isGiven = false): { fd: number; stat: fs.Stats } {
  using held = hold(at, true);
  const found = fs.openSync(native(held.path), pathOnly | (typeof at === 'string' ? 0 : fs.constants.O_NOFOLLOW));
  try {
    const stat = fs.fstatSync(found);
    const kind = kindOf(stat);
    if (kind === 'dir') throw Object.assign(new Error('EISDIR'), { code: 'EISDIR', syscall: 'read', path: held.path });
    if (kind !== 'file' && !(isGiven && canBeGiven(kind)))
      throw new UserError(
        `${printPlace(at)} is ${words[kind]}, and no plain file`,
        'Look at the path (ls -l): put a plain file there, or move away what lies there.',
      );
    return { fd: reopen(found), stat };
  } finally {
    fs.closeSync(found);
  }
}

function reopen(found: number): number {
  const { O_RDONLY, O_NONBLOCK, O_NOCTTY } = fs.constants;
  try {
    return fs.openSync(heldPath(found), O_RDONLY | O_NONBLOCK | O_NOCTTY);
  } catch (error) {
    // The held file exists, so it is /proc that is missing.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new UserError('/proc is not mounted', 'Run: mount -t proc proc /proc');
  }
}

const readSome = promisify(fs.read);

/** Files in /proc report a size of 0 (proc(5)); most of them fit into this buffer. */
const firstBytes = 64 * 1024;
const mib = 1024 ** 2;
/** Configurations, lists of packages and of modules are smaller. */
const usualLimitBytes = 64 * mib;
/** How long to wait until a pipe is read again. */
const pollMs = 50;

/** Reads a plain file to its end; see {@link ReadHow}. */
export async function readPlain(at: At, how: ReadHow = {}): Promise<Buffer> {
  const { limitBytes = usualLimitBytes, isGiven, signal } = how;
  const { fd, stat } = openPlain(at, isGiven);
  const tooLong = () =>
    new UserError(
      `${printPlace(at)} holds more than ${Math.floor(limitBytes / mib)} MiB`,
      'No file of this kind is so large: look at the file.',
    );
  try {
    if (stat.size > limitBytes) throw tooLong();
    let buffer = Buffer.allocUnsafe(stat.size === 0 ? firstBytes : stat.size + 1);
    for (let length = 0; ; ) {
      signal?.throwIfAborted();
      const bytesRead = await (buffer.length <= firstBytes ? readNow : readSoon)(fd, buffer, length);
      if (bytesRead === undefined) await delay(pollMs);
      else if (bytesRead === 0) return buffer.subarray(0, length);
      length += bytesRead ?? 0;
      if (length > limitBytes) throw tooLong();
      if (length === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2);
    }
  } finally {
    fs.closeSync(fd);
  }
}

/** At most `bytes` of a plain file from its byte `firstByte` on. */
export async function readPart(at: At, firstByte: number, bytes: number): Promise<Buffer> {
  const { fd } = openPlain(at);
  try {
    const buffer = Buffer.alloc(bytes);
    const { bytesRead } = await readSome(fd, buffer, 0, bytes, firstByte);
    return buffer.subarray(0, bytesRead);
  } finally {
    fs.closeSync(fd);
  }
}

/** Reads once into the rest of the buffer; undefined while a pipe has nothing to read. */
type Read = (fd: number, buffer: Buffer, from: number) => Promise<number | undefined>;

const readSoon: Read = (fd, buffer, from) =>
  readSome(fd, buffer, from, buffer.length - from, null).then((done) => done.bytesRead, waits);

/** Synchronous: for a small file, Node's threads take longer than the read. */
const readNow: Read = async (fd, buffer, from) => {
  try {
    return fs.readSync(fd, buffer, from, buffer.length - from, null);
  } catch (error) {
    return waits(error as NodeJS.ErrnoException);
  }
};

function waits(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'EAGAIN') throw error;
}
