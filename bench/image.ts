import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'rolldown';
import { realIo } from '../common/system/real-io.ts';
import { goldenTree } from '../test/assets/golden.ts';
import { onFreshDisk } from './parts/fresh-disk.ts';
import type { BenchOptions } from './parts/options.ts';
import { scratchFolder } from './parts/scratch.ts';
import { run, start } from '../test/boot/harness/processes.ts';

/** Loopback; a port that no other rsync daemon takes by default. */
const port = 28873;

/**
 * The transport of the `image` verb, bundled as it ships and with the start of Node in it, against bare rsync of the same
 * tree (all that Debian's installer puts on a machine), from the same daemon, onto a fresh ext4 on a loop device each time. Pairs alternate; the median of the ratios counts.
 */
export async function image({ rounds: pairs = 5 }: BenchOptions): Promise<void> {
  const tree = await goldenTree({ kernel: 'full', size: 'standard' });
  await using scratch = await scratchFolder('image');
  const { dir } = scratch;
  const conf = path.join(dir, 'rsyncd.conf');
  await writeFile(conf, `use chroot = yes\nuid = root\ngid = root\naddress = 127.0.0.1\n[golden]\npath = ${tree}\n`);
  const daemon = await start({ argv: ['rsync', '--daemon', '--no-detach', `--port=${port}`, `--config=${conf}`] });
  try {
    await realIo.sleep(500);
    const url = `rsync://127.0.0.1:${port}/golden/`;
    const bare = (target: string) => ['rsync', '-aHAXS', '--numeric-ids', url, `${target}/`];
    const bundle = path.join(dir, 'pull.mjs');
    await build({ input: path.join(import.meta.dirname, 'image-pull.ts'), platform: 'node', output: { file: bundle } });
    const ours = (target: string) => [process.execPath, bundle, String(port), 'golden', target];
    await timed(dir, bare);
    const ratios: number[] = [];
    for (let pair = 0; pair < pairs; pair += 1) {
      const bareFirst = pair % 2 === 0;
      const one = await timed(dir, bareFirst ? bare : ours);
      const other = await timed(dir, bareFirst ? ours : bare);
      const [bareS, oursS] = bareFirst ? [one, other] : [other, one];
      ratios.push(oursS / bareS);
      console.log(
        `pair ${pair + 1}: rsync ${bareS.toFixed(2)} s, image ${oursS.toFixed(2)} s, ratio ${(oursS / bareS).toFixed(3)}`,
      );
    }
    const median = ratios.sort((a, b) => a - b)[Math.floor(pairs / 2)] ?? 0;
    console.log(`image verb / bare rsync: median ${median.toFixed(3)} (target at most 1.05)`);
  } finally {
    await daemon.stop();
  }
}

/** Seconds for one pull onto a new filesystem, with its sync. */
function timed(dir: string, command: (target: string) => string[]): Promise<number> {
  return onFreshDisk(dir, 'ext4', async (target) => {
    const startedMs = performance.now();
    await run(command(target) as [string, ...string[]], { limitMs: 600_000 });
    await run(['sync', '-f', target]);
    return (performance.now() - startedMs) / 1000;
  });
}
