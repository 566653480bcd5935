import { ServerAway } from '../../common/system/errors.ts';
import type { Io } from '../../common/system/io.ts';
import { waitForNext } from '../../common/system/retry.ts';
import { patience } from '../../install/transports/rsync-daemon.ts';

/** Repeats a probe while a server is away, as often as rsync repeats a pull. A probe only reads, so repeating it does no harm. */
export async function probePatiently<T>(
  io: Io,
  watch: { signal: AbortSignal; say: (line: string) => void },
  probe: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await probe();
    } catch (error) {
      if (!(error instanceof ServerAway)) throw error;
      if (!(await waitForNext({ io, ...watch }, patience, attempt, error.message))) throw error;
    }
  }
}
