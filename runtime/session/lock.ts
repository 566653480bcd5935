import type { Io } from '../../common/system/io.ts';
import { takeLock } from '../../common/system/lock.ts';
import { under } from '../../common/system/place.ts';
import { runDir } from '../paths.ts';

/** Does the work while no other verb works: two at once would lose each other's state. */
export async function withLock<T>(io: Io, work: () => Promise<T>): Promise<T> {
  await using _ = await takeLock(io, under(runDir, 'lock'), {
    busy: 'another boel is at work',
    hint: 'Wait until it is done; `ps` shows it. --dry-run works meanwhile.',
  });
  return await work();
}
