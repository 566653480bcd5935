import { constants } from 'node:fs';
import fs from 'node:fs/promises';
import type { Command, FileLock, LockOptions, ReadIo } from './io.ts';
import type { AbsPath } from './place.ts';
import { processMark } from './process-mark.ts';
import { spawn, writersHold } from './programs/spawn.ts';
import { programFailed } from './steps/run.ts';

/** For open(2); Node adds O_CLOEXEC. A link that somebody puts there must not make us lock, and write to, another file. */
const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;

/** The exit code of flock(1) if another process has the lock; busybox has this code for every failure, and prints the reason. */
const takenCode = 1;

/**
 * Locks a file (flock(2)). The lock belongs to the open file, whose descriptor flock(1) gets: the lock stays when flock(1) has
 * ended, and the kernel frees the lock however we end. A removed file is another lock than the file that has its name now.
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
      // The mark of the lock's owner is a courtesy: a full disk must not keep us from work.
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
  // A flock(1) that does not wait ends soon by itself.
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

/** Writes into the file who has the lock, for processes that wait. */
async function tell(handle: fs.FileHandle, mark: string | undefined): Promise<void> {
  await handle.truncate(0);
  if (mark !== undefined) await handle.write(`${mark}\n`, 0);
}
