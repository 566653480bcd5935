import type { Argv, ReadIo } from '../common/system/io.ts';
import { type AbsPath, absPath, under } from '../common/system/place.ts';

/** Folders of /sys/devices without hardware that needs drivers; a walk through these folders takes longest. */
const noHardware = ['virtual', 'system'];

/** Buses whose devices tell their modalias in `uevent` alone (mmc_bus_uevent in drivers/mmc/core/bus.c). */
const onlyUevent: AbsPath[] = ['/sys/bus/mmc/devices'];

/** The aliases of all devices, for modprobe(8): the content of each file `modalias` below /sys/devices, each once. */
export async function probeModaliases(io: ReadIo): Promise<string[]> {
  const names = ((await io.list('/sys/devices')) ?? []).filter((name) => !noHardware.includes(name));
  if (names.length === 0) return [];
  const dirs = names.map((name) => under('/sys/devices', name));
  const { stdout } = await io.run({ argv: ['find', ...dirs, '-name', 'modalias'] });
  const files = stdout.split('\n').filter((line) => line.startsWith('/'));
  const texts: string[] = [];
  for (let at = 0; at < files.length; at += readsAtOnce)
    texts.push(...(await Promise.all(files.slice(at, at + readsAtOnce).map((file) => readSys(io, absPath(file))))));
  for (const bus of onlyUevent)
    for (const name of (await io.list(bus)) ?? []) texts.push(await readModalias(io, under(bus, name)));
  return [...new Set(texts.filter(Boolean))].toSorted();
}

/** Enough to keep Node's four threads for files busy. */
const readsAtOnce = 16;

/** The alias of the device in this folder of /sys; empty if the device has none. */
export async function readModalias(io: ReadIo, device: AbsPath): Promise<string> {
  const said = await readSys(io, under(device, 'modalias'));
  return said || (/^MODALIAS=(.+)$/m.exec(await readSys(io, under(device, 'uevent')))?.[1] ?? '');
}

/** Reads a file of /sys; empty for a device that vanished meanwhile (ENODEV), and for the many with an empty modalias. */
async function readSys(io: ReadIo, file: AbsPath): Promise<string> {
  return (await io.readText(file).catch(() => undefined))?.trim() ?? '';
}

/** The folder with the modules of the running kernel; undefined if the kernel has no modules, because all may be built in. */
export async function probeModuleDir(io: ReadIo): Promise<AbsPath | undefined> {
  const release = (await io.readText('/proc/sys/kernel/osrelease'))?.trim();
  if (!release) return undefined;
  const dir = under('/lib/modules', release);
  return (await io.list(dir)) ? dir : undefined;
}

/** With this many aliases a command line stays below 128 KiB, which the kernel always allows (execve(2)). */
const aliasesAtOnce = 200;

/** The calls of modprobe(8) that load the devices' modules: quiet, without blacklisted modules, past aliases without a module. */
export function modprobeCalls(aliases: readonly string[]): Argv[] {
  const calls: Argv[] = [];
  for (let at = 0; at < aliases.length; at += aliasesAtOnce)
    calls.push(['modprobe', '-a', '-b', '-q', '--', ...aliases.slice(at, at + aliasesAtOnce)]);
  return calls;
}
