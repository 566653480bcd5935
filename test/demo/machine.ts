import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { blankDisk } from '../assets/disk.ts';
import { macOf, startVm, type Vm } from '../boot/harness/vm.ts';
import type { Wire } from '../boot/harness/wire.ts';
import type { Stopwatch } from './stopwatch.ts';

type Machine = { name: string; firmware: 'bios' | 'uefi'; mac: string };

export const machines: Machine[] = [
  { name: 'demo1', firmware: 'bios', mac: macOf(1) },
  { name: 'demo2', firmware: 'uefi', mac: macOf(2) },
];

/** What the console showed and when, from power-on. */
type Moment = { atSeconds: number; text: string };

/** Lines of BOEL begin with the seconds since its kernel started. */
const boelLine = /^\[\s*\d+\.\d\] (.*)/;

/** From power-on to the login prompt on its own disk. Emulated machines take minutes; a real one is limited by its disk. */
const limitS = 1200;

/** Boots a blank machine by PXE and watches until it shows its own login. */
export async function installMachine(machine: Machine, logs: string, wire: Wire, watch: Stopwatch) {
  const dir = path.join(logs, machine.name);
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  const disk = await blankDisk(dir, 'disk', '6G');
  const { name, firmware, mac } = machine;
  const wish = { name, firmware, memoryMb: 1024, bootFrom: 'network' as const, disks: [disk], nics: [{ wire, mac }] };
  return watch.part(name, `a blank ${firmware.toUpperCase()} machine is switched on`, async () => {
    const vm = await startVm(wish, dir, dir);
    const steps = await follow(vm, name, watch);
    const last = steps.at(-1);
    await vm.kill();
    await rm(disk, { force: true });
    return { machine, steps, seconds: last?.atSeconds ?? 0 };
  });
}

/** Says each line of BOEL as it comes, until the login prompt. */
async function follow(vm: Vm, name: string, watch: Stopwatch): Promise<Moment[]> {
  const steps: Moment[] = [{ atSeconds: 0, text: 'power on, PXE' }];
  let seen = 0;
  const login = vm.console(`${name} login:`, { withinS: limitS }).then(() => true);
  for (let isOver = false; !isOver; ) {
    isOver = await Promise.race([login, new Promise<false>((resolve) => setTimeout(() => resolve(false), 500))]);
    const lines = await vm.lines();
    for (const { atMs, text } of lines.slice(seen)) {
      const moment = momentOf(text);
      if (moment === undefined) continue;
      steps.push({ atSeconds: atMs / 1000, text: moment });
      watch.say(name, moment);
    }
    seen = lines.length;
  }
  const end = (await vm.lines()).at(-1)?.atMs ?? 0;
  steps.push({ atSeconds: end / 1000, text: `${name} login:` });
  watch.say(name, `${name} login:`);
  return steps;
}

/** The lines worth showing: what BOEL says, and the first line of a kernel. */
function momentOf(line: string): string | undefined {
  const boel = boelLine.exec(line)?.[1];
  if (boel !== undefined) return boel;
  return /Linux version (\S+)/.exec(line)?.[1]?.replace(/^/, 'Linux ');
}
