import type { Io } from '../../common/system/io.ts';
import { Backoff } from '../../common/system/retry.ts';

export type Watch = { signal?: AbortSignal | undefined; say: (line: string) => void };

const firstDelayMs = 1000;
/** A machine that waits for its server must notice within half a minute that the server is back. */
const longestDelayMs = 30_000;

/** After this many tries in vain, a person learns what else can be done. */
const triesBeforeHint = 3;

/**
 * Tries until `attempt` gives the value; before that it gives the reason, which is shown. There is no last try: a machine that
 * nobody watches should wait and not stop. `attempt` throws an error that no waiting mends. `hint` is said once, after some tries.
 */
export async function untilItWorks<T>(
  io: Io,
  { signal, say }: Watch,
  attempt: () => Promise<{ value: T } | { notYet: string }>,
  hint?: string,
): Promise<T> {
  const backoff = new Backoff(firstDelayMs, longestDelayMs);
  for (let tries = 1; ; tries += 1) {
    signal?.throwIfAborted();
    const result = await attempt();
    if ('value' in result) return result.value;
    signal?.throwIfAborted();
    const delayMs = backoff.next();
    say(`${result.notYet}; trying again in ${delayMs / 1000} s`);
    if (hint !== undefined && tries === triesBeforeHint) say(hint);
    await io.sleep(delayMs, signal);
  }
}

/** True for the seconds at which a long wait says again what it waits for: often at first, then each minute. */
export function isTimeToSay(seconds: number): boolean {
  return [5, 15, 30].includes(seconds) || (seconds > 0 && seconds % 60 === 0);
}
