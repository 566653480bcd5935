import { messageOf } from '../../common/system/errors.ts';
import { apply } from '../../common/system/apply.ts';
import type { Io, ReadIo } from '../../common/system/io.ts';
import { type AbsPath, here } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import { probeMounts } from '../../machine/use.ts';

/** The squashfs of drivers, as builder/initrd/initrd.ts packs it. */
const image: AbsPath = '/drivers.squashfs';
const folder = /^\/usr\/lib\/modules\/[^/]+\/kernel\/drivers$/;

/** Below this many KiB of memory, room counts more than drivers for devices that may be plugged in later; /init has the same. */
const littleKib = 400_000;

type MemoryFacts = { memoryKib: number; driversAt: AbsPath | undefined };

async function probeMemory(io: ReadIo): Promise<MemoryFacts> {
  const [, memoryKib] = /^MemTotal:\s+(\d+)/m.exec((await io.readText('/proc/meminfo')) ?? '') ?? [];
  const driversAt = (await probeMounts(io)).find((mount) => mount.type === 'squashfs' && folder.test(mount.dir))?.dir;
  return { memoryKib: Number(memoryKib ?? Infinity), driversAt };
}

/** Steps that free the memory of the drivers if memory is short: the drivers that the machine needs are loaded. */
export function planSpareMemory({ memoryKib, driversAt }: MemoryFacts): Step[] {
  if (memoryKib >= littleKib || driversAt === undefined) return [];
  return [
    { why: 'Stop reading drivers', kind: 'run', argv: ['umount', driversAt] },
    { why: 'Give the memory of the drivers back', kind: 'remove', at: here(image) },
  ];
}

/** Makes room on a machine with little memory, once its hardware is found. If that fails, the installation goes on. */
export async function spareMemory(io: Io, signal: AbortSignal, say: (line: string) => void): Promise<void> {
  const facts = await probeMemory(io);
  const steps = planSpareMemory(facts);
  if (steps.length === 0) return;
  try {
    await apply(steps, io, { signal });
    say(
      `This machine has ${Math.round(facts.memoryKib / 1024)} MiB of memory: drivers that this machine does not need are given up.`,
    );
  } catch (error) {
    say(`The drivers stay in memory: ${messageOf(error)}`);
  }
}
