import { boel } from '../test/assets/boel.ts';
import { accelFor } from '../vm/qemu/accel.ts';
import { type Booted, initLine, otherBoot, ourBoot, secondsOfInit, withMachines } from './parts/boots.ts';
import { printConditions } from './parts/conditions.ts';
import { milestones } from './parts/milestones.ts';
import type { BenchOptions } from './parts/options.ts';
import { type Maker, makers } from './parts/other-initrds.ts';
import { inRounds, median, medianRatio } from './parts/rounds.ts';
import { printTable, seconds, times } from './parts/table.ts';

const memoryMb = 512;

/** Seconds from the kernel's start to PID 1, by the kernel's own clock. */
async function secondsToInit(booted: Booted): Promise<number> {
  return withMachines('bench boot pid1', async (test) => {
    const vm = await test.boot({ direct: booted, memoryMb, noReboot: true });
    const [text] = await vm.console(initLine, { withinS: 120 });
    await vm.kill();
    return secondsOfInit(text);
  });
}

/** From the kernel's start to PID 1, beside other initrds with the same kernel; and on to the first byte of an image. */
export async function boot({ rounds = 3 }: BenchOptions): Promise<void> {
  const booted: Record<string, Booted> = { ours: ourBoot(await boel(), 'ACTION=shell') };
  // One after the other: both work in the same tree.
  for (const maker of makers) booted[maker] = await otherBoot(maker);
  printConditions({ accelerator: (await accelFor('amd64')).flags.join(' '), machine: `1 processor, ${memoryMb} MB` });
  const names = ['ours', ...makers] as const;
  const figures = await inRounds(names, rounds, (name) => {
    const one = booted[name];
    if (!one) throw new Error(`nothing to boot for ${name}`);
    return secondsToInit(one);
  });
  printTable(
    ['kernel start to PID 1', 'median', ...makers.map((maker: Maker) => `to ${maker}`)],
    names.map((name) => [
      name,
      seconds(median(figures[name])),
      ...makers.map((maker) => times(medianRatio(figures[name], figures[maker]))),
    ]),
  );
  console.log();
  const found = await milestones(await boel(), memoryMb);
  printTable(
    ['an installation, from kernel start', ''],
    [
      ['PID 1', seconds(found['PID 1'])],
      ['first line of boel', seconds(found.boel)],
      ['first bytes of the image', seconds(found.image)],
    ],
  );
}
