import os from 'node:os';
import type { BuildContext } from './run.ts';

/** Does `work` on each item, as many at a time as the machine has processors. */
export async function eachSideBySide<T>(items: Iterable<T>, work: (item: T) => Promise<unknown>): Promise<void> {
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(waiting.length, os.availableParallelism()) }, worker));
}

/**
 * Does independent parts of a build at the same time. When a part fails, the programs of the other parts are ended, and the
 * first failure is thrown.
 */
export async function partsSideBySide<T extends readonly unknown[]>(
  context: BuildContext,
  parts: { [K in keyof T]: (context: BuildContext) => Promise<T[K]> },
): Promise<T> {
  const failed = new AbortController();
  const shared: BuildContext = { ...context, signal: AbortSignal.any([context.signal, failed.signal]) };
  const running = parts.map((part) => part(shared));
  try {
    return (await Promise.all(running)) as unknown as T;
  } catch (error) {
    failed.abort(error);
    await Promise.allSettled(running);
    throw error;
  }
}
