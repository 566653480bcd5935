import { mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { type Architecture, ownArchitecture } from '../../common/boot/architectures.ts';
import { cacheFolder } from '../../common/system/cache-folder.ts';
import { realIo } from '../../common/system/real-io.ts';
import { emulators } from './argv.ts';

/** QEMU's flags for the fastest way that works here; `why` is the reason where the machine is emulated, as a sentence. */
export type Accel = { flags: string[]; why?: string };

/** Flags of QEMU without hardware help; `max` has all that TCG can emulate. */
const tcg: Record<Architecture, string[]> = {
  amd64: ['-accel', 'tcg,thread=multi', '-cpu', 'max'],
  // The architecture's own algorithm for pointer authentication costs half of the time (QEMU, Arm CPU Features).
  arm64: ['-accel', 'tcg,thread=multi', '-cpu', 'max,pauth-impdef=on'],
};
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
    const hardware = [...kvm, '-nodefaults', '-display', 'none', '-m', '16'];
    const drives = ['-drive', `format=raw,file=${disk}`, '-device', 'isa-debug-exit,iobase=0x501,iosize=1'];
    const exit = await realIo.run({ argv: [emulators.amd64.program, ...hardware, ...drives], limitMs });
    return exit.code === goodExit;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** What an earlier probe found, and in which run of this computer. */
const Kept = z.object({ boot: z.string(), works: z.boolean() });

/** Probes once for each start of this computer, since the probe of a KVM that hangs takes seconds. */
async function kvmWorks(): Promise<boolean> {
  const folder = cacheFolder(process.env);
  const known = path.join(folder, 'kvm.json');
  const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  const text = await readFile(known, 'utf8').catch(() => '{}');
  const kept = Kept.safeParse(parsed(text)).data;
  if (kept?.boot === boot) return kept.works;
  const works = await kvmBoots();
  await mkdir(folder, { recursive: true });
  await writeFile(known, JSON.stringify({ boot, works }));
  return works;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Why KVM cannot be used; undefined if KVM works. */
async function noKvm(arch: Architecture): Promise<string | undefined> {
  if (arch !== ownArchitecture()) return `this computer is ${ownArchitecture()}, and the machine ${arch}`;
  // The probe is a boot sector of a PC.
  if (arch !== 'amd64') return `KVM was never tried for ${arch}`;
  const failure = await open('/dev/kvm', 'r+').then(
    (file) => file.close(),
    (error: NodeJS.ErrnoException) => error.code ?? 'an error',
  );
  if (failure === 'ENOENT') return 'this computer has no /dev/kvm';
  if (failure === 'EACCES') return '/dev/kvm is closed to this user, who is not in the group kvm';
  if (failure !== undefined) return `/dev/kvm cannot be opened (${failure})`;
  return (await kvmWorks()) ? undefined : '/dev/kvm exists, and a machine that was tried with it hung or failed';
}

const asked = new Map<Architecture, Promise<Accel>>();

/** The fastest way to run a machine. /dev/kvm can exist and hang every guest, so a real boot is tried. */
export function accelFor(arch: Architecture): Promise<Accel> {
  const known = asked.get(arch);
  if (known) return known;
  const found = noKvm(arch).then((why) => (why === undefined ? { flags: kvm } : { flags: tcg[arch], why }));
  asked.set(arch, found);
  return found;
}
