import { stat } from 'node:fs/promises';
import { makeInitrd, makers, makersTree } from './parts/other-initrds.ts';
import { buildOurs } from './parts/our-initrd.ts';
import { mib, printTable } from './parts/table.ts';

/** What takes room in kernel and initrd, before and after compression, and what other initrds for the same kernel take. */
export async function size(): Promise<void> {
  const { report } = await buildOurs('warm', 'best', ['--sizes']);
  const { topics, packedTopics = {}, kernelBytes, initrdBytes } = report;
  const sum = (parts: Record<string, number>) => Object.values(parts).reduce((total, one) => total + one, 0);
  const rows = Object.entries(topics)
    .sort(([, a], [, b]) => b - a)
    .map(([topic, bytes]) => [topic, mib(bytes), mib(packedTopics[topic] ?? 0)]);
  printTable(
    ['in the initrd', 'files', 'packed alone'],
    [...rows, ['together', mib(sum(topics)), mib(sum(packedTopics))]],
  );
  console.log();
  const tree = await makersTree();
  const kernel = (await stat(tree.kernel)).size;
  const others = [];
  for (const maker of makers) others.push({ name: maker, bytes: (await makeInitrd(maker, tree)).bytes });
  printTable(
    ['', 'kernel', 'initrd', 'together'],
    [
      ['ours, --compress best', mib(kernelBytes), mib(initrdBytes), mib(kernelBytes + initrdBytes)],
      ...others.map(({ name, bytes }) => [name, mib(kernel), mib(bytes), mib(kernel + bytes)]),
    ],
  );
  console.log(`ours: ${report.kernel}, ${report.modules} modules; the others: ${tree.version}, any machine`);
}
