import { parentPort, workerData } from 'node:worker_threads';
import { type Attack, fuzz, type Fault } from './fuzz.ts';
import { fuzzTargets } from './targets/index.ts';

/** One thread of the attack: takes targets from the shared counter until there are none. */
export type WorkerTask = Attack & { names: string[]; shared: SharedArrayBuffer; thread: number };
/** A target is through, with its fault where it has one. */
export type WorkerNews = { target: string; inputs: number; fault?: Fault; seconds: number };

const task = workerData as WorkerTask;
/** Element 0: the next target. After it for each thread: the target's place, and the input at work. */
const numbers = new Int32Array(task.shared);

for (;;) {
  const place = Atomics.add(numbers, 0, 1);
  const target = fuzzTargets.find((one) => one.name === task.names[place]);
  if (!target) break;
  const mine = 1 + task.thread * 2;
  Atomics.store(numbers, mine, place);
  const begun = performance.now();
  const began = (number: number) => void Atomics.store(numbers, mine + 1, number);
  const result = await fuzz(target, { ...task, began });
  const seconds = (performance.now() - begun) / 1000;
  parentPort?.postMessage({ target: target.name, seconds, ...result } satisfies WorkerNews);
}
