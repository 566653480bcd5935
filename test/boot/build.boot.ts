import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { buildBoel, onlyPackages } from '../assets/fresh-build.ts';
import { type RowContext, row } from './harness/row.ts';

/** Name and SHA-256 of every file of a build from packages alone, in folders of its own. */
async function sumsOf(test: RowContext, name: string): Promise<string> {
  const cache = path.join(test.scratch, `${name}-cache`);
  await onlyPackages(cache);
  const { report } = await buildBoel(path.join(test.scratch, name), cache);
  return readFile(path.join(report.folder, 'SHA256SUMS'), 'utf8');
}

export default row({
  name: 'build boot: two builds from the same packages give the same bytes, compiler and all',
  covers: ['builder/', 'kernel-config/', 'busybox-config/'],
  seconds: 180,
  async run(test) {
    const first = await sumsOf(test, 'first');
    const second = await sumsOf(test, 'a-second-one-elsewhere');
    if (first !== second) throw new Error(`the builds differ:\n${first}\n${second}`);
  },
});
