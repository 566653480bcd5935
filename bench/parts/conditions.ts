import os from 'node:os';

/** On what a figure was measured, as one line; a load near the number of processors makes figures worthless. */
export function printConditions(more: Record<string, string> = {}): void {
  const [load = 0] = os.loadavg();
  const facts = {
    processors: String(os.availableParallelism()),
    memory: `${Math.round(os.totalmem() / 1024 ** 3)} GiB`,
    'load now': load.toFixed(1),
    kernel: os.release(),
    node: process.version,
    ...more,
  };
  console.log(
    Object.entries(facts)
      .map(([name, value]) => `${name} ${value}`)
      .join(', '),
  );
}
