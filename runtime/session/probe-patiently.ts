import { ServerAway } from '../../common/system/errors.ts';
import type { Io } from '../../common/system/io.ts';
import { retryDelayMs } from '../../common/system/retry-delay.ts';
import { patience } from '../../install/transports/rsync-daemon.ts';

/** Looks again, as often as rsync pulls again, while a server is away. A probe only reads, so doing it twice does no harm. */
export async function probePatiently<T>(
  io: Io,
  { signal, say }: { signal: AbortSignal; say: (line: string) => void },
  probe: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await probe();
    } catch (error) {
      if (!(error instanceof ServerAway) || attempt > patience.times) throw error;
      const delayMs = retryDelayMs(attempt, patience.firstDelayMs);
      say(`${error.message}; trying again in ${delayMs / 1000} s (${attempt} of ${patience.times})`);
      await io.sleep(delayMs, signal);
    }
  }
}
