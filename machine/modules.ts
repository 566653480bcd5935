import type { Argv, ReadIo } from '../common/system/io.ts';
import { type AbsPath, under } from '../common/system/place.ts';

/**
 * Reads the aliases of all devices on all buses. Devices of mmc tell their alias in `uevent` alone (mmc_bus_uevent in
 * drivers/mmc/core/bus.c). One program for all files, because this program would be slower.
 */
const readAliases = [
  'sh',
  '-c',
  'exec grep -hs : /sys/bus/*/devices/*/modalias /sys/bus/mmc/devices/*/uevent',
] as const;

/** An alias; processors are left out, because they ask for what an installation does not need. */
const aliasLine = /^(?:MODALIAS=)?(?!cpu:)(\w+:.*)$/;

/** The aliases of all devices, each once, for modprobe(8). */
export async function probeModaliases(io: ReadIo): Promise<string[]> {
  const { stdout } = await io.run({ argv: readAliases });
  const aliases = stdout.split('\n').flatMap((line) => aliasLine.exec(line)?.[1] ?? []);
  return [...new Set(aliases)].toSorted();
}

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
