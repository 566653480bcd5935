import { stat } from 'node:fs/promises';
import path from 'node:path';
import { buildBoel } from '../test/assets/fresh-build.ts';
import { cacheFile } from '../test/assets/cache.ts';
import { accelFor } from '../vm/qemu/accel.ts';
import { ourBoot, withMachines } from './parts/boots.ts';
import { printConditions } from './parts/conditions.ts';
import { milestones, type Milestones } from './parts/milestones.ts';
import type { BenchOptions } from './parts/options.ts';
import { inRounds, median, medianRatio } from './parts/rounds.ts';
import { mib, printTable, seconds, times } from './parts/table.ts';

const memoryMb = 512;
const kernels = ['source', 'debian'] as const;
type Files = { kernel: string; initrd: string };

/** The memory that a machine has left in the shell of BOEL, in bytes. */
async function availableBytes(files: Files): Promise<number> {
  return withMachines('bench kernel memory', async (test) => {
    // An address without a netmask stops BOEL at once, and opens its shell.
    const vm = await test.boot({ direct: ourBoot(files, 'IPADDR=10.0.0.2'), memoryMb, noReboot: true });
    await vm.console('A shell is open on each console.', { withinS: 120 });
    await vm.send('');
    await vm.console('built-in shell');
    await vm.send('grep MemAvailable /proc/meminfo');
    const found = await vm.console(/MemAvailable: +(?<kib>\d+) kB/, { withinS: 60 });
    await vm.kill();
    return Number(found.groups?.kib) * 1024;
  });
}

/** The kernel from source beside Debian's: size, memory, and the time to the first line of boel and to the image. */
export async function kernel({ rounds = 3 }: BenchOptions): Promise<void> {
  printConditions({ accelerator: (await accelFor('amd64')).flags.join(' '), machine: `1 processor, ${memoryMb} MB` });
  const figures = await withMachines('bench kernel', async ({ scratch }) => {
    const files = async (name: string): Promise<Files> => {
      const { report } = await buildBoel(path.join(scratch, name), cacheFile(''), ['--kernel', name]);
      return { kernel: path.join(report.folder, 'kernel'), initrd: path.join(report.folder, 'initrd.img') };
    };
    const of = { source: await files('source'), debian: await files('debian') };
    const bytes = async ({ kernel: one, initrd }: Files) => (await stat(one)).size + (await stat(initrd)).size;
    const ways: Record<(typeof kernels)[number], Milestones[]> = { source: [], debian: [] };
    const image = await inRounds(kernels, rounds, async (name) => {
      const found = await milestones(of[name], memoryMb);
      ways[name].push(found);
      return found.image;
    });
    const size = { source: await bytes(of.source), debian: await bytes(of.debian) };
    const left = { source: await availableBytes(of.source), debian: await availableBytes(of.debian) };
    return { ways, image, size, left };
  });
  const { ways, image, size, left } = figures;
  const time = (name: string, source: readonly number[], debian: readonly number[]) => [
    name,
    seconds(median(source)),
    seconds(median(debian)),
    times(medianRatio(source, debian)),
  ];
  const step = (name: string, key: keyof Milestones) =>
    time(
      name,
      ways.source.map((one) => one[key]),
      ways.debian.map((one) => one[key]),
    );
  printTable(
    ['kernel', 'from source', "Debian's", 'ratio'],
    [
      ['kernel and initrd', mib(size.source), mib(size.debian), times(size.source / size.debian)],
      [`available of ${memoryMb} MB`, mib(left.source), mib(left.debian), times(left.source / left.debian)],
      step('kernel start to PID 1', 'PID 1'),
      step('to the first line of boel', 'boel'),
      time('to the first bytes of the image', image.source, image.debian),
    ],
  );
}
