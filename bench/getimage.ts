import path from 'node:path';
import { goldenTree } from '../test/assets/golden.ts';
import { run } from '../test/boot/harness/processes.ts';
import { onFreshDisk } from './parts/fresh-disk.ts';
import { getimageArgv, goldenUrl, showTree } from './parts/golden-daemon.ts';
import type { BenchOptions } from './parts/options.ts';
import { inRounds, median, medianRatio } from './parts/rounds.ts';
import { scratchFolder } from './parts/scratch.ts';
import { printTable, seconds, times } from './parts/table.ts';

/** The manifest is made after the capture, and is not part of what rsync does. */
const manifestLine = /manifest of .* in ([\d.]+) s/;

/** A system, and as often again what a machine has besides in /srv: 3 GiB and 100,000 files together. */
const copies = 4;
const diskGib = 8;

/** `getimage` beside bare rsync of the same tree from the same daemon: the first time, and again when nothing changed. */
export async function getimage({ rounds = 5 }: BenchOptions): Promise<void> {
  await using scratch = await scratchFolder('getimage');
  const { dir } = scratch;
  const tree = path.join(dir, 'golden');
  const system = await goldenTree({ kernel: 'full', size: 'standard' });
  for (let copy = 0; copy < copies; copy += 1)
    await run(['cp', '-a', '--', system, copy === 0 ? tree : path.join(tree, 'srv', `copy-${copy}`)], {
      limitMs: 600_000,
    });
  await using _ = await showTree(dir, tree);
  const again: Record<string, number[]> = { rsync: [], getimage: [] };
  const manifests: number[] = [];
  const first = await inRounds(['rsync', 'getimage'], rounds, (name) =>
    onFreshDisk(
      dir,
      'ext4',
      async (target) => {
        const once = () => (name === 'rsync' ? bare(target) : ours(target, manifests));
        const taken = await once();
        again[name]?.push(await once());
        return taken;
      },
      diskGib,
    ),
  );
  const row = (what: string, figures: Record<string, number[]>) => [
    what,
    seconds(median(figures.rsync ?? [])),
    seconds(median(figures.getimage ?? [])),
    times(medianRatio(figures.getimage ?? [], figures.rsync ?? [])),
  ];
  printTable(['', 'rsync', 'getimage', 'ratio'], [row('first time', first), row('nothing changed', again)]);
  console.log(`the manifest besides: ${seconds(median(manifests))}, of ${rounds} rounds each`);
}

async function timed(argv: readonly [string, ...string[]], target: string): Promise<{ taken: number; text: string }> {
  const startedMs = performance.now();
  const { stdout } = await run(argv, { limitMs: 600_000 });
  await run(['sync', '-f', target]);
  return { taken: (performance.now() - startedMs) / 1000, text: stdout };
}

async function bare(target: string): Promise<number> {
  return (await timed(['rsync', '-aHAXS', '--numeric-ids', '--delete', goldenUrl, `${target}/tree/`], target)).taken;
}

async function ours(target: string, manifests: number[]): Promise<number> {
  const { taken, text } = await timed(getimageArgv(target, 'bench_v1'), target);
  const manifest = Number(manifestLine.exec(text)?.[1] ?? 0);
  if (manifest > 0) manifests.push(manifest);
  return taken - manifest;
}
