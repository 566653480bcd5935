import type { Machine } from './machines.ts';

/** How a machine ended: `away` if ssh did not reach it; `waits` if it was never begun. */
export type Ending = 'done' | 'failed' | 'away' | 'waits';

/** What became of one machine. `code`: the exit code of the command; `seconds`: how long the command took. */
export type Outcome = Machine & { ending: Ending; code?: number; seconds?: number };

/** How many machines at once, and when no more are begun. */
export type PushLimits = {
  atOnce: number;
  /** These many machines go first; if one of them does not end well, no other machine is begun. */
  canaries: number;
  /** After so many machines that did not end well, no other machine is begun. */
  maxFailures: number;
};

/**
 * Does something on machines, some at a time. Gives the outcome of each machine, in the order of the machines; those that were not begun
 * wait. After `signal`, none is begun.
 */
export async function push(
  machines: readonly Machine[],
  work: (machine: Machine) => Promise<Outcome>,
  { atOnce, canaries, maxFailures }: PushLimits,
  signal: AbortSignal,
): Promise<Outcome[]> {
  const outcomes = new Map<string, Outcome>();
  const failures = () => [...outcomes.values()].filter((one) => one.ending !== 'done').length;
  const some = async (part: readonly Machine[], mayFail: number) => {
    // One list for all workers: each takes the next machine.
    const queue = part.values();
    const worker = async () => {
      while (!signal.aborted && failures() < mayFail) {
        const { value: machine, done } = queue.next();
        if (done) return;
        outcomes.set(machine.host, await work(machine));
      }
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, part.length) }, worker));
  };
  await some(machines.slice(0, canaries), 1);
  if (failures() === 0) await some(machines.slice(canaries), maxFailures);
  return machines.map((machine) => outcomes.get(machine.host) ?? { ...machine, ending: 'waits' });
}
