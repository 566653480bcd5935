import type { Io } from '../../common/system/io.ts';
import { Backoff } from '../../common/system/retry.ts';

export type Watch = { signal?: AbortSignal | undefined; say: (line: string) => void };

const firstDelayMs = 1000;
/** A machine that waits for its server must notice within half a minute that it is back. */
const longestDelayMs = 30_000;

/**
 * Tries until it works: `attempt` gives the value, or the reason why not yet, which is shown. There is no last try: a machine
 * nobody looks at had better wait than stop. What can never work is thrown by `attempt`.
 */
export async function untilItWorks<T>(
  io: Io,
  { signal, say }: Watch,
  attempt: () => Promise<{ value: T } | { notYet: string }>,
): Promise<T> {
  const backoff = new Backoff(firstDelayMs, longestDelayMs);
  for (;;) {
    signal?.throwIfAborted();
    const result = await attempt();
    if ('value' in result) return result.value;
    signal?.throwIfAborted();
    const delayMs = backoff.next();
    say(`${result.notYet}; trying again in ${delayMs / 1000} s`);
    await io.sleep(delayMs, signal);
  }
}

/** Times in seconds at which a long wait says again what it waits for: often at first, then each minute. */
export function isTimeToSay(seconds: number): boolean {
  return [5, 15, 30].includes(seconds) || (seconds > 0 && seconds % 60 === 0);
}
