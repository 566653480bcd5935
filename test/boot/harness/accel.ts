import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { realIo } from '../../../common/system/real-io.ts';
import { cacheFile } from '../../assets/cache.ts';

/** Flags of QEMU without hardware help; `max` has all that TCG can emulate. */
const tcg = ['-accel', 'tcg,thread=multi', '-cpu', 'max'];
const kvm = ['-accel', 'kvm', '-cpu', 'host'];

/** A boot that works takes well under a second. */
const limitMs = 5000;

/**
 * A boot sector that ends QEMU through isa-debug-exit: `mov dx,0x501; mov al,0x10; out dx,al; hlt; jmp $`, and the mark
 * 55 AA at its end.
 */
function bootSector(): Buffer {
  const sector = Buffer.alloc(512);
  sector.set([0xba, 0x01, 0x05, 0xb0, 0x10, 0xee, 0xf4, 0xeb, 0xfe]);
  sector.set([0x55, 0xaa], 510);
  return sector;
}

/** isa-debug-exit makes the exit code of the written value: (0x10 << 1) | 1. */
const goodExit = 0x21;

async function kvmBoots(): Promise<boolean> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'kvm-probe-'));
  try {
    const disk = path.join(dir, 'disk');
    await writeFile(disk, bootSector());
    const exit = await realIo.run({
      argv: [
        'qemu-system-x86_64',
        ...kvm,
        '-nodefaults',
        '-display',
        'none',
        '-m',
        '16',
        '-drive',
        `format=raw,file=${disk}`,
        '-device',
        'isa-debug-exit,iobase=0x501,iosize=1',
      ],
      limitMs,
    });
    return exit.code === goodExit;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

let asked: Promise<string[]> | undefined;

/**
 * QEMU's flags for the fastest way that works here. /dev/kvm can exist and hang every guest, so a real boot is tried, once
 * for each start of this machine.
 */
export function accelFlags(): Promise<string[]> {
  asked ??= (async () => {
    const known = cacheFile('kvm.json');
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
    const kept = JSON.parse(await readFile(known, 'utf8').catch(() => '{}')) as { boot?: string; works?: boolean };
    if (kept.boot === boot && kept.works !== undefined) return kept.works ? kvm : tcg;
    const works = await kvmBoots();
    await writeFile(known, JSON.stringify({ boot, works }));
    return works ? kvm : tcg;
  })();
  return asked;
}
