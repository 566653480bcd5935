import type { Io } from './io.ts';
import type { Retry } from './step.ts';

/** The longest wait between two attempts: the waiting program must notice soon that a server is back. */
const longestMs = 60_000;

/** Waits from one attempt to the next: each is twice as long as the one before, up to the longest. */
export class Backoff {
  readonly #firstMs: number;
  readonly #longestMs: number;
  #nextMs: number;

  constructor(firstDelayMs: number, longestDelayMs = longestMs) {
    this.#firstMs = this.#nextMs = firstDelayMs;
    this.#longestMs = longestDelayMs;
  }

  /** How long to wait now. */
  next(): number {
    const delayMs = this.#nextMs;
    this.#nextMs = Math.min(delayMs * 2, this.#longestMs);
    return delayMs;
  }

  /** After a success the waits begin anew. */
  reset(): void {
    this.#nextMs = this.#firstMs;
  }
}

/** Says the reason, and waits for the attempt after this one (from 1); false, at once, after the last attempt. */
export async function waitForNext(
  { io, signal, say }: { io: Pick<Io, 'sleep'>; signal?: AbortSignal | undefined; say: (line: string) => void },
  { times, firstDelayMs }: Pick<Retry, 'times' | 'firstDelayMs'>,
  attempt: number,
  reason: string,
): Promise<boolean> {
  if (attempt > times) return false;
  const delayMs = Math.min(longestMs, firstDelayMs * 2 ** (attempt - 1));
  say(`${reason}; trying again in ${Math.round(delayMs / 1000)} s (${attempt} of ${times})`);
  await io.sleep(delayMs, signal);
  return true;
}
