import { layouts } from '../test/assets/scripts.ts';
import { blank, makeSite, web1 } from '../test/boot/parts/site.ts';
import { wireNetwork } from '../test/boot/harness/wire.ts';
import { accelFor } from '../vm/qemu/accel.ts';
import { type Booted, initLine, otherBoot, ourBoot, secondsOfInit, secondsTo, withMachines } from './parts/boots.ts';
import { printConditions } from './parts/conditions.ts';
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

/** What comes after PID 1, each in s since the kernel's start. */
async function milestones(): Promise<Record<'PID 1' | 'boel' | 'image', number>> {
  return withMachines('bench boot installation', async (test) => {
    const site = await makeSite(test, { layout: layouts.oneExt4 });
    const typed = `HOSTNAME=${web1.host} IPADDR=${web1.ip} NETMASK=${wireNetwork.netmask} IMAGESERVER=${wireNetwork.server}`;
    const booted = await ourBoot(typed);
    const disks = [await blank(test, '2G')];
    const vm = await test.boot({ direct: booted, memoryMb, disks, nics: [{ wire: site.wire }], noReboot: true });
    const [text] = await vm.console(initLine, { withinS: 120 });
    const atS = secondsOfInit(text);
    const lines = await vm.lines();
    const initMs = lines.findLast((one) => initLine.test(one.text))?.atMs ?? Number.NaN;
    // The kernel's own clock runs from its start; what our programs say is timed from outside.
    const bootS = initMs / 1000 - atS;
    const boel = (await secondsTo(vm, booted.firstLine, 120)) - bootS;
    const image = (await secondsTo(vm, /image: \d/, 600)) - bootS;
    await vm.kill();
    return { 'PID 1': atS, boel, image };
  });
}

/** From the kernel's start to PID 1, beside other initrds with the same kernel; and on to the first byte of an image. */
export async function boot({ rounds = 3 }: BenchOptions): Promise<void> {
  const booted: Record<string, Booted> = { ours: await ourBoot('ACTION=shell') };
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
  const found = await milestones();
  printTable(
    ['an installation, from kernel start', ''],
    [
      ['PID 1', seconds(found['PID 1'])],
      ['first line of boel', seconds(found.boel)],
      ['first bytes of the image', seconds(found.image)],
    ],
  );
}
