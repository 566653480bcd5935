/** The longest wait between two attempts: who waits must notice soon that a server is back. */
const maxDelayMs = 60_000;

/** How long to wait after this attempt (from 1): twice as long each time, at most a minute. */
export function retryDelayMs(attempt: number, firstDelayMs: number): number {
  return Math.min(maxDelayMs, firstDelayMs * 2 ** (attempt - 1));
}
