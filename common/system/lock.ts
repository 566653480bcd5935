import { UserError } from './errors.ts';
import type { FileLock, Io, LockOptions } from './io.ts';
import { type AbsPath, under } from './place.ts';
import { readMark } from './process-mark.ts';

export type LockWish = LockOptions & {
  /** What the process that has the lock does, as `another command is at work on web_v1`. */
  busy: string;
  /** Gets a line on the process that we wait for. */
  say?: (line: string) => void;
  /** What a person can do about the process that has the lock; by default `kill PID`. */
  hint?: string;
};

/** How long to wait before saying so. */
const silentMs = 1000;

/** Takes a lock, and waits at most `waitMs` for it; then throws a UserError that names the process that has the lock. */
export async function takeLock(
  io: Pick<Io, 'lock' | 'mkdir' | 'readText'>,
  at: AbsPath,
  { busy, say, hint, waitMs, ...options }: LockWish,
): Promise<FileLock> {
  await io.mkdir(under(at, '..'), { mode: 0o700 });
  const rounds = waitMs === undefined ? [undefined] : [undefined, Math.min(silentMs, waitMs), waitMs];
  for (const [round, ms] of rounds.entries()) {
    if (round === 2) say?.(`${busy} (${(await holder(io, at)).words}): waiting for it`);
    const lock = await io.lock(at, { ...options, waitMs: ms });
    if (lock) return lock;
  }
  const { words, end } = await holder(io, at);
  throw new UserError(`${busy} (${words})`, hint ?? `Wait for that command, or end that command first: ${end}`);
}

/** The process that has the lock, in words, and a command to end that process. */
async function holder(io: Pick<Io, 'readText'>, at: AbsPath): Promise<{ words: string; end: string }> {
  const marked = await readMark(io, at);
  if (marked?.runs) return { words: `process ${marked.pid}`, end: `kill ${marked.pid}` };
  const words = marked
    ? `process ${marked.pid} is gone, and a program that this process started is still at work`
    : 'unknown process';
  return { words, end: `fuser -v ${at} names it` };
}
