import { copyFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { boel } from '../test/assets/boel.ts';
import { autoinstallCd, autoinstallDiskette, autoinstallUsb, bootServerFolder } from '../test/assets/media.ts';
import { layouts } from '../test/assets/scripts.ts';
import { accelFor } from '../vm/qemu/accel.ts';
import { run } from '../test/boot/harness/processes.ts';
import { wireNetwork } from '../test/boot/harness/wire.ts';
import { image, makeSite } from '../test/boot/parts/site.ts';
import { secondsTo, withMachines, workSeconds } from './parts/boots.ts';
import { printConditions } from './parts/conditions.ts';
import { debianInstaller } from './parts/debian-installer.ts';
import { type Origin, secondsOfImage } from './parts/media-image.ts';
import { type Kernel, type Way, ways } from './parts/media-ways.ts';
import type { BenchOptions } from './parts/options.ts';
import { inRounds, median, medianRatio } from './parts/rounds.ts';
import { mib, printTable, seconds, times } from './parts/table.ts';

const memoryMb = 1024;

/** From the switch of a machine to the first line of what it loads, in s: on the clock, and work of processors. */
async function toFirstLine(way: Way, what: Kernel): Promise<{ clock: number; work: number }> {
  return withMachines(`bench media ${way.name}`, async (test) => {
    const site = await makeSite(test, { layout: layouts.oneExt4, dhcp: way.dhcp ?? false });
    const folder = path.join(site.root, 'var/lib/systemimager/boot/amd64');
    await copyFile(what.kernel, path.join(folder, 'kernel'));
    await copyFile(what.initrd, path.join(folder, 'initrd.img'));
    const vm = await test.boot({ nics: [{ wire: site.wire }], memoryMb, ...(await way.wish(test, site)) });
    const clock = await secondsTo(vm, what.firstLine, 300);
    const work = await workSeconds(vm);
    await vm.kill();
    return { clock, work };
  });
}

/** How long a command takes, and the bytes of what it makes. */
async function made(name: string, make: () => Promise<string>): Promise<string[]> {
  const startedMs = performance.now();
  const at = await make();
  const taken = (performance.now() - startedMs) / 1000;
  const isFolder = (await stat(at)).isDirectory();
  const bytes = isFolder ? Number((await run(['du', '-sb', at], {})).stdout.split('\t')[0]) : (await stat(at)).size;
  return [name, mib(bytes), seconds(taken)];
}

/** Median and ratio of two kinds of figures. */
const compared = (ours: readonly number[], others: readonly number[]) => [
  seconds(median(ours)),
  seconds(median(others)),
  times(medianRatio(ours, others)),
];

/** The way from the switch to the first line, beside Debian's installer. */
async function measuredWay(way: Way, what: Record<'boel' | 'debian', Kernel>, rounds: number): Promise<string[]> {
  const work: Record<'boel' | 'debian', number[]> = { boel: [], debian: [] };
  const clock = await inRounds(['boel', 'debian'], rounds, async (name) => {
    const taken = await toFirstLine(way, what[name]);
    work[name].push(taken.work);
    return taken.clock;
  });
  const line = [way.name, ...compared(clock.boel, clock.debian), ...compared(work.boel, work.debian)];
  console.log(`  ${line.join(', ')}`);
  return line;
}

/** An image from a CD beside the same image by rsync, over a wire of 1 Gbit/s. */
async function printOffline(rounds: number): Promise<void> {
  const wholes: Record<Origin, number[]> = { medium: [], server: [] };
  const images = await inRounds(['medium', 'server'], rounds, async (origin) => {
    const taken = await secondsOfImage(origin, memoryMb);
    wholes[origin].push(taken.all);
    return taken.image;
  });
  printTable(
    ['installation from a CD', 'offline', 'by rsync, 1 Gbit/s', 'ratio'],
    [
      ['first to last byte of the image', ...compared(images.medium, images.server)],
      ["from the kernel's start to the end", ...compared(wholes.medium, wholes.server)],
    ],
  );
}

/**
 * Size and build time of each medium; from the switch to the first line, beside Debian's installer by the same way; and an offline
 * installation beside one over the network.
 */
export async function media({ rounds = 1 }: BenchOptions): Promise<void> {
  const { kernel, initrd } = await boel();
  const ours: Kernel = { kernel, initrd, firstLine: 'boel 6' };
  const debian = await debianInstaller();
  printConditions({ accelerator: (await accelFor('amd64')).flags.join(' '), machine: `1 processor, ${memoryMb} MB` });
  const server = ['-server', wireNetwork.server];
  const sizes = await withMachines('bench media sizes', async ({ scratch, ...test }) => {
    const { root } = await makeSite({ scratch, ...test }, { layout: layouts.oneExt4, isEmpty: true });
    const cfg = `IMAGESERVER=${wireNetwork.server}\n`;
    return [
      await made('mkautoinstalldiskette', () => autoinstallDiskette(scratch, server)),
      await made('mkautoinstallcd', () => autoinstallCd(scratch, root, cfg, '')),
      await made('mkautoinstallcd, with an image', () => autoinstallCd(scratch, root, cfg, '', 'amd64', [image])),
      await made('mkautoinstallusb', () => autoinstallUsb(scratch, root, cfg, [])),
      await made('mkbootserver', () => bootServerFolder(scratch, root, server)),
    ];
  });
  printTable(['medium', 'size', 'made in'], sizes);
  console.log();
  const rows: string[][] = [];
  for (const way of ways) rows.push(await measuredWay(way, { boel: ours, debian }, rounds));
  const kinds = ['BOEL', "Debian's installer", 'ratio'];
  printTable(['from the switch to the first line', ...kinds, ...kinds.map((kind) => `${kind}, work`)], rows);
  console.log();
  await printOffline(rounds);
}
