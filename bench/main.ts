import { parseArgs } from 'node:util';
import { endWithChildren } from '../test/boot/harness/processes.ts';
import { boot } from './boot.ts';
import { getimage } from './getimage.ts';
import { image } from './image.ts';
import { kernel } from './kernel.ts';
import { initrd } from './initrd.ts';
import { manyFiles } from './many-files.ts';
import { media } from './media.ts';
import type { BenchOptions } from './parts/options.ts';
import { ram } from './ram.ts';
import { size } from './size.ts';
import { verbs } from './verbs.ts';
import { versions } from './versions.ts';

/** Each benchmark prints its own lines; a figure is a ratio to something else in the same run wherever there is something. */
const benchmarks: Record<string, (options: BenchOptions) => Promise<void>> = {
  image,
  getimage,
  versions,
  'many-files': manyFiles,
  initrd,
  size,
  boot,
  kernel,
  media,
  verbs,
  ram,
};

const usage = `node bench/main.ts [--rounds N] [NAME]...
  NAME      ${Object.keys(benchmarks).join(', ')}; without one all of them, which takes about an hour
  --rounds  how often each figure is measured; the median counts
Figures count only from a machine that does nothing else.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string' }, help: { type: 'boolean' } },
});
const unknown = positionals.filter((name) => !benchmarks[name]);
if (values.help || unknown.length > 0) {
  console.log(unknown.length > 0 ? `there is no benchmark ${unknown.join(', ')}\n${usage}` : usage);
  process.exit(unknown.length > 0 ? 2 : 0);
}
endWithChildren();
for (const name of positionals.length > 0 ? positionals : Object.keys(benchmarks)) {
  console.log(`== ${name}`);
  await benchmarks[name]?.(values.rounds === undefined ? {} : { rounds: Number(values.rounds) });
}
