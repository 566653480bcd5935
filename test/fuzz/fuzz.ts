import { UserError } from '../../common/system/errors.ts';
import { attack } from './mutate.ts';
import type { FuzzTarget } from './target.ts';

/** What a parser did wrong: an error that is none in words, or a time that no input of 64 KiB may take. */
export type Fault = { number: number; problem: string };

/** How much of an attack one parser gets. */
export type Attack = { first: number; count: number; limitMs: number };

/** Processor time for one input. Linear work takes a hundredth of it. */
const maxCpuMs = 1000;

const cpuMs = () => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

/**
 * Attacks a parser with `count` inputs from `first` on, but for no longer than `limitMs`; `began` is told each number before it
 * runs. Stops at the first fault; gives how many inputs were read.
 */
export async function fuzz(
  target: FuzzTarget,
  { first, count, limitMs, began = () => {} }: Attack & { began?: (number: number) => void },
): Promise<{ inputs: number; fault?: Fault }> {
  const endsMs = performance.now() + limitMs;
  let inputs = 0;
  for (; inputs < count && performance.now() < endsMs; inputs += 1) {
    const number = first + inputs;
    began(number);
    const problem = await attackOnce(target, attack(target.seeds, number));
    if (problem !== undefined) return { inputs, fault: { number, problem } };
  }
  return { inputs };
}

/** Reads one input; gives what went wrong. */
export async function attackOnce(target: FuzzTarget, input: Buffer): Promise<string | undefined> {
  const startedMs = cpuMs();
  try {
    const result = target.read(input);
    // A promise for each of millions of inputs would take longer than most parsers.
    if (result instanceof Promise) await result;
  } catch (error) {
    if (!(error instanceof UserError)) return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  const tookMs = cpuMs() - startedMs;
  return tookMs > maxCpuMs ? `${input.length} bytes took ${Math.round(tookMs)} ms of the processor` : undefined;
}
