import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { attackOnce } from './fuzz.ts';
import { attack } from './mutate.ts';
import { fuzzTargets } from './targets/index.ts';
import type { WorkerNews, WorkerTask } from './worker.ts';

const usage = `node test/fuzz/main.ts [--inputs N] [--seconds N] [--first N] [--only TEXT]... [--input N]
  --inputs   so many inputs for each parser (100000)
  --seconds  but for no longer than this (30)
  --first    begin with this one (0)
  --only     parsers whose name contains TEXT
  --input    print input number N of the parsers named, and read it`;

const { values: flags } = parseArgs({
  options: {
    inputs: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '30' },
    first: { type: 'string', default: '0' },
    only: { type: 'string', multiple: true, default: [] },
    input: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const targets = fuzzTargets.filter(
  (one) => flags.only.length === 0 || flags.only.some((text) => one.name.includes(text)),
);
/** One input that takes longer than this never ends. */
const hangMs = 20_000;

if (flags.help) console.log(usage);
else if (flags.input !== undefined) {
  for (const target of targets) {
    const input = attack(target.seeds, Number(flags.input));
    console.log(`${target.name}: ${JSON.stringify(input.toString('latin1'))}`);
    console.log((await attackOnce(target, input)) ?? 'no fault');
  }
} else process.exitCode = (await attackAll()) ? 0 : 1;

/** Attacks every target with as many threads as there are processors; true where none has a fault. */
async function attackAll(): Promise<boolean> {
  const names = targets.map((one) => one.name);
  const threads = Math.min(availableParallelism(), names.length);
  const shared = new SharedArrayBuffer(4 * (1 + threads * 2));
  let [faults, inputs] = [0, 0];
  const settle = (line: string) => {
    faults += 1;
    console.log(line);
  };
  await Promise.all(Array.from({ length: threads }, (_, thread) => run(thread)));
  console.log(`${names.length} parsers, ${inputs} inputs: ${faults} faults`);
  return faults === 0;

  /** One thread; another takes its place where an input never ends. */
  async function run(thread: number): Promise<void> {
    const [count, first, limitMs] = [Number(flags.inputs), Number(flags.first), Number(flags.seconds) * 1000];
    const task: WorkerTask = { names, count, first, limitMs, shared, thread };
    const numbers = new Int32Array(shared);
    const at = () => ({ name: names[numbers[1 + thread * 2] ?? 0] ?? '', number: numbers[2 + thread * 2] ?? 0 });
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: task });
    let isHung = false;
    await new Promise<void>((resolve, reject) => {
      let [last, sinceMs] = ['', performance.now()];
      const watch = setInterval(() => {
        const now = JSON.stringify(at());
        if (now !== last) [last, sinceMs] = [now, performance.now()];
        else if (performance.now() - sinceMs > hangMs) {
          isHung = true;
          worker.terminate().catch(reject);
        }
      }, 500);
      worker.on('message', ({ target, seconds, fault, ...news }: WorkerNews) => {
        inputs += news.inputs;
        if (fault) settle(`FAULT ${target}, input ${fault.number}: ${fault.problem}`);
        else console.log(`ok    ${target}: ${news.inputs} in ${seconds.toFixed(1)} s`);
      });
      worker.on('error', reject);
      worker.on('exit', () => {
        clearInterval(watch);
        resolve();
      });
    });
    if (!isHung) return;
    const { name, number } = at();
    settle(`FAULT ${name}, input ${number}: still reading after ${hangMs / 1000} s`);
    return run(thread);
  }
}
