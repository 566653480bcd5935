import { UserError } from '../common/system/errors.ts';
import type { FileLock } from '../common/system/io.ts';
import { takeLock } from '../common/system/lock.ts';
import { type AbsPath, under } from '../common/system/place.ts';
import type { BuildContext } from './run.ts';

/** Longer than any build takes. */
const longestMs = 24 * 60 * 60 * 1000;

/**
 * Does the work while no other build uses the same cache: two builds would disturb each other's apt and each other's output.
 * Waits for a build that is at work, and for the programs that a killed build left running.
 */
export async function withBuildLock<T>(context: BuildContext, cache: AbsPath, work: () => Promise<T>): Promise<T> {
  await using _ = await lockCache(context, cache);
  return await work();
}

async function lockCache(context: BuildContext, cache: AbsPath): Promise<FileLock> {
  const { io, signal } = context;
  const say = (line: string) => context.say(line);
  const wish = { busy: 'another build is at work', waitMs: longestMs, say, signal, writersHoldIt: true };
  try {
    await io.mkdir(cache);
    return await takeLock(io, under(cache, 'lock'), wish);
  } catch (error) {
    if (error instanceof UserError || signal.aborted) throw error;
    throw new UserError(
      `the cache ${cache} cannot be written to: ${(error as Error).message}`,
      'Make the folder writable, or name another folder: SYSTEMIMAGER_CACHE=/var/tmp/systemimager …',
      { cause: error },
    );
  }
}
