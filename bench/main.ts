import { image } from './image.ts';

/** Each benchmark prints its own lines; a figure is always a ratio to something else in the same run. */
const benchmarks: Record<string, () => Promise<void>> = { image };

const wanted = process.argv.slice(2);
const names = wanted.length > 0 ? wanted : Object.keys(benchmarks);
for (const name of names) {
  const benchmark = benchmarks[name];
  if (!benchmark) throw new Error(`there is no benchmark ${name}; there are ${Object.keys(benchmarks).join(' ')}`);
  console.log(`== ${name}`);
  await benchmark();
}
