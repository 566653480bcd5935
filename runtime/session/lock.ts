import type { Io } from '../../common/system/io.ts';
import { takeLock } from '../../common/system/lock.ts';
import { under } from '../../common/system/place.ts';
import { runDir } from '../paths.ts';

/** The programs of a resident program that ended get a signal at once; a disk that hangs may hold up such a program. */
const leftoversMs = 60_000;

/**
 * Does the work while no other verb works: two at once would lose each other's state. `isAgain`: the resident program ended in
 * the middle of this work, and programs that it had started may still run.
 */
export async function withLock<T>(io: Io, { isAgain }: { isAgain: boolean }, work: () => Promise<T>): Promise<T> {
  await using _ = await takeLock(io, under(runDir, 'lock'), {
    writersHoldIt: true,
    ...(isAgain ? { waitMs: leftoversMs } : {}),
    busy: 'another boel is at work',
    hint: 'Wait until that boel is done; `ps` shows the process. --dry-run works meanwhile.',
  });
  return await work();
}
