import { createHash } from 'node:crypto';
import net from 'node:net';
import path from 'node:path';
import { UserError } from '../../common/system/errors.ts';
import type { AbsPath } from '../../common/system/place.ts';

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

/** Keeps other commands from an image while one works on it; UserError where one does. */
export async function lockImage(at: AbsPath): Promise<AsyncDisposable> {
  const free = await takeName(`systemimager-image-${createHash('sha256').update(at).digest('hex').slice(0, 32)}`);
  if (!free) throw new UserError(`another command is at work on ${path.basename(at)}`, 'Wait for it, or end it first.');
  return { [Symbol.asyncDispose]: free };
}
