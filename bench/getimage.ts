import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { goldenDaemon } from '../common/model/golden-files.ts';
import { realIo } from '../common/system/real-io.ts';
import { goldenTree } from '../test/assets/golden.ts';
import { run, start } from '../test/boot/harness/processes.ts';
import type { BenchOptions } from './parts/options.ts';
import { inRounds, median, medianRatio } from './parts/rounds.ts';
import { printTable, seconds, times } from './parts/table.ts';

/** Loopback; a port that no other rsync daemon takes by default. */
const port = 28_874;

/** As it is started by hand. */
const launcher = path.resolve(import.meta.dirname, '../bin/systemimager');

/** The manifest is made after the capture, and is not part of what rsync does. */
const manifestLine = /manifest of .* in ([\d.]+) s/;

/** `getimage` beside bare rsync of the same tree from the same daemon: the first time, and again when nothing changed. */
export async function getimage({ rounds = 5 }: BenchOptions): Promise<void> {
  const tree = await goldenTree({ kernel: 'full', size: 'standard' });
  const dir = await mkdtemp(path.join(os.tmpdir(), 'bench-getimage-'));
  await mkdir(path.join(dir, 'done'));
  const conf = path.join(dir, 'rsyncd.conf');
  const head = 'use chroot = yes\nuid = root\ngid = root\naddress = 127.0.0.1\n';
  const { rootModule, doneModule } = goldenDaemon;
  await writeFile(conf, `${head}[${rootModule}]\npath = ${tree}\n[${doneModule}]\npath = ${dir}/done\n`);
  const daemon = await start({ argv: ['rsync', '--daemon', '--no-detach', `--port=${port}`, `--config=${conf}`] });
  try {
    await realIo.sleep(500);
    const again: Record<string, number[]> = { rsync: [], getimage: [] };
    const manifests: number[] = [];
    const first = await inRounds(['rsync', 'getimage'], rounds, (name) =>
      onFreshDisk(dir, async (target) => {
        const once = () => (name === 'rsync' ? bare(target) : ours(target, manifests));
        const taken = await once();
        again[name]?.push(await once());
        return taken;
      }),
    );
    const row = (what: string, figures: Record<string, number[]>) => [
      what,
      seconds(median(figures.rsync ?? [])),
      seconds(median(figures.getimage ?? [])),
      times(medianRatio(figures.getimage ?? [], figures.rsync ?? [])),
    ];
    printTable(['', 'rsync', 'getimage', 'ratio'], [row('first time', first), row('nothing changed', again)]);
    console.log(`the manifest besides: ${seconds(median(manifests))}, of ${rounds} rounds each`);
  } finally {
    await daemon.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

async function timed(argv: readonly [string, ...string[]], target: string): Promise<{ taken: number; text: string }> {
  const startedMs = performance.now();
  const { stdout } = await run(argv, { limitMs: 600_000 });
  await run(['sync', '-f', target]);
  return { taken: (performance.now() - startedMs) / 1000, text: stdout };
}

async function bare(target: string): Promise<number> {
  const from = `rsync://127.0.0.1:${port}/${goldenDaemon.rootModule}/`;
  return (await timed(['rsync', '-aHAXS', '--numeric-ids', '--delete', from, `${target}/tree/`], target)).taken;
}

async function ours(target: string, manifests: number[]): Promise<number> {
  const words = ['-golden-client', '127.0.0.1', '-port', String(port), '-image', 'bench_v1', '--update'];
  const { taken, text } = await timed(
    [launcher, '--root', target, 'getimage', ...words, '-update-script', 'no'],
    target,
  );
  const manifest = Number(manifestLine.exec(text)?.[1] ?? 0);
  if (manifest > 0) manifests.push(manifest);
  return taken - manifest;
}

/** Does this on a new filesystem. */
async function onFreshDisk(dir: string, work: (target: string) => Promise<number>): Promise<number> {
  const [disk, target] = [path.join(dir, 'disk'), path.join(dir, 'target')];
  await run(['truncate', '-s', '6G', disk]);
  await run(['mkfs.ext4', '-q', '-F', '-E', 'lazy_itable_init=0,lazy_journal_init=0', disk]);
  await mkdir(target, { recursive: true });
  await run(['mount', '-o', 'loop', disk, target]);
  try {
    return await work(target);
  } finally {
    await run(['umount', target]);
    await rm(disk);
  }
}
