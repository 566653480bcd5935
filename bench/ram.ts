import { boel } from '../test/assets/boel.ts';
import { wireNetwork } from '../test/boot/harness/wire.ts';
import { layouts } from '../test/assets/scripts.ts';
import { makeSite, web1 } from '../test/boot/parts/site.ts';
import { type Booted, otherBoot, ourBoot, withMachines } from './parts/boots.ts';
import { printConditions } from './parts/conditions.ts';
import { makers } from './parts/other-initrds.ts';
import { printTable } from './parts/table.ts';

/** Between these it is looked for, in steps; MB of the whole machine. */
const range = { least: 96, most: 1024, stepMb: 16 };
const limitS = 120;

/** The least memory with which `works` holds, to a step; undefined where even the most does not do. */
async function leastMb(works: (memoryMb: number) => Promise<boolean>): Promise<number | undefined> {
  let [low, high] = [range.least / range.stepMb - 1, range.most / range.stepMb];
  if (!(await works(high * range.stepMb))) return undefined;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (await works(middle * range.stepMb)) high = middle;
    else low = middle;
  }
  return high * range.stepMb;
}

/** True where a machine of that size shows the line. */
const shows = (booted: Booted, line: string, isWired: boolean) => (memoryMb: number) =>
  withMachines('bench ram', async (test) => {
    const nics = isWired ? [{ wire: (await makeSite(test, { layout: layouts.oneExt4 })).wire }] : [];
    const vm = await test.boot({ direct: booted, memoryMb, nics, noReboot: true });
    const isShown = await vm.console(line, { withinS: limitS }).then(
      () => true,
      () => false,
    );
    await vm.kill();
    console.log(`  ${memoryMb} MB: ${isShown ? 'enough' : 'too little'}`);
    return isShown;
  });

/** The least memory with which BOEL finds out who it is, and with which other initrds say their first line. */
export async function ram(): Promise<void> {
  printConditions({ limit: `${limitS} s a boot` });
  const typed = `HOSTNAME=${web1.host} IPADDR=${web1.ip} NETMASK=${wireNetwork.netmask} IMAGESERVER=${wireNetwork.server}`;
  const ours = ourBoot(await boel(), `ACTION=identify ${typed}`);
  const print = (mb: number | undefined) => (mb === undefined ? `more than ${range.most} MB` : `${mb} MB`);
  const rows = [
    ['ours, to its first line', print(await leastMb(shows(ours, ours.firstLine, false)))],
    ['ours, to the end of ACTION=identify', print(await leastMb(shows(ours, 'this is who the machine is', true)))],
  ];
  for (const maker of makers) {
    const booted = await otherBoot(maker);
    rows.push([`${maker}, to its first line`, print(await leastMb(shows(booted, booted.firstLine, false)))]);
  }
  printTable(['least memory', ''], rows);
}
