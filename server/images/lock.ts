import { createHash } from 'node:crypto';
import net from 'node:net';
import path from 'node:path';
import { UserError } from '../../common/system/errors.ts';
import type { Io } from '../../common/system/io.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { ServerPaths } from '../config/paths.ts';

/**
 * Takes a name that only one process of this machine can have: an abstract Unix socket (unix(7)), which the kernel frees
 * however its owner ends. Gives the function that frees it; undefined where another process has it.
 */
export async function takeName(name: string): Promise<(() => Promise<void>) | undefined> {
  const lock = net.createServer((socket) => socket.destroy());
  const taken = await new Promise<boolean>((resolve, reject) => {
    lock.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else reject(error);
    });
    lock.listen({ path: `\0${name}` }, () => resolve(true));
  });
  if (!taken) return undefined;
  lock.unref();
  return () => new Promise((resolve) => lock.close(() => resolve()));
}

const nameOf = (kind: string, at: AbsPath) =>
  `systemimager-${kind}-${createHash('sha256').update(at).digest('hex').slice(0, 32)}`;

/** Keeps other commands from an image while one works on it; UserError where one does. */
export async function lockImage(at: AbsPath): Promise<AsyncDisposable> {
  const free = await takeName(nameOf('image', at));
  if (!free) throw new UserError(`another command is at work on ${path.basename(at)}`, 'Wait for it, or end it first.');
  return { [Symbol.asyncDispose]: free };
}

/** A change of the lists takes a few seconds, also that of ten thousand machines. */
const patienceMs = 60_000;
const pollMs = 50;

/**
 * Keeps other commands, and `serve`, from the lists of machines (hosts.json, netboot.json, hosts files) between reading and
 * writing them, or one would take back what the other wrote. Waits for who is before; UserError after a minute.
 */
export async function lockLists(
  io: Pick<Io, 'sleep'>,
  { hosts }: Pick<ServerPaths, 'hosts'>,
): Promise<AsyncDisposable> {
  const name = nameOf('lists', hosts);
  for (let waitedMs = 0; waitedMs <= patienceMs; waitedMs += pollMs) {
    const free = await takeName(name);
    if (free) return { [Symbol.asyncDispose]: free };
    await io.sleep(pollMs);
  }
  throw new UserError(`another command is at work on ${hosts}`, 'Wait for it, or end it first.');
}
