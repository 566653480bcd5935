import { constants } from 'node:fs';
import fs from 'node:fs/promises';
import type { Command, FileLock, LockOptions, ReadIo } from './io.ts';
import type { AbsPath } from './place.ts';
import { processMark } from './process-mark.ts';
import { spawn, writersHold } from './programs/spawn.ts';
import { programFailed } from './steps/run.ts';

/** open(2); Node adds O_CLOEXEC. Whoever puts a link there has us lock, and write to, no file of another. */
const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;

/** The exit code of flock(1) where another has the lock; busybox ends by it for whatever goes wrong, and says what. */
const takenCode = 1;

/**
 * Locks a file (flock(2)). The lock belongs to the open file, which flock(1) is lent: it stays when flock(1) has ended, and the
 * kernel frees it however we end. A file that was removed meanwhile is another lock than the one that has its name now.
 */
export async function lockFile(
  io: Pick<ReadIo, 'readText'>,
  at: AbsPath,
  { waitMs, signal, writersHoldIt }: LockOptions = {},
): Promise<FileLock | undefined> {
  const until = performance.now() + (waitMs ?? 0);
  for (;;) {
    const handle = await fs.open(at, flags, 0o600);
    let isOurs = false;
    try {
      const restMs = waitMs === undefined ? undefined : Math.max(1, until - performance.now());
      if (!(await takes(handle.fd, restMs, signal))) return undefined;
      isOurs = await isAt(handle, at);
      if (!isOurs) continue;
      // Who has it is a courtesy: a full disk keeps nobody from work.
      await tell(handle, await processMark(io, process.pid)).catch(() => {});
    } finally {
      if (!isOurs) await handle.close();
    }
    if (writersHoldIt) writersHold.add(handle.fd);
    return {
      async [Symbol.asyncDispose]() {
        writersHold.delete(handle.fd);
        await tell(handle, undefined).catch(() => {});
        await handle.close();
      },
    };
  }
}

async function takes(fd: number, waitMs: number | undefined, signal: AbortSignal | undefined): Promise<boolean> {
  // One that does not wait needs nobody to end it.
  const how: Omit<Command, 'lends'> =
    waitMs === undefined ? { argv: ['flock', '-n', '3'], outlivesUs: true } : { argv: ['flock', '3'], limitMs: waitMs };
  const exit = await spawn({ ...how, lends: [fd] }, signal ? { signal } : {}).exit;
  signal?.throwIfAborted();
  if (exit.code === 0) return true;
  if (exit.timedOut || (exit.code === takenCode && exit.stderr === '')) return false;
  throw programFailed(exit, 'Lock a file');
}

async function isAt(handle: fs.FileHandle, at: AbsPath): Promise<boolean> {
  const [ours, there] = await Promise.all([handle.stat(), fs.lstat(at).catch(() => undefined)]);
  return there !== undefined && there.ino === ours.ino && there.dev === ours.dev;
}

/** The file says who has the lock, for those who wait. */
async function tell(handle: fs.FileHandle, mark: string | undefined): Promise<void> {
  await handle.truncate(0);
  if (mark !== undefined) await handle.write(`${mark}\n`, 0);
}
