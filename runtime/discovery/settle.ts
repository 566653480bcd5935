import type { Io } from '../../common/system/io.ts';
import type { Watch } from './backoff.ts';
import { modprobeCalls, probeModaliases, probeModuleDir } from '../../machine/modules.ts';

const roundMs = 200;
/** Rounds without anything new after which the machine counts as complete. */
const quietRounds = 3;
/** The same where there is USB: a hub needs up to a second for what is plugged into it (USB 2.0, 7.1.7.3 and 11.5.1.5). */
const quietUsbRounds = 8;
/** Some controllers look for disks for half a minute; then we go on with what is there. */
const maxRounds = 30_000 / roundMs;

/** Where new hardware shows: what a loaded driver finds appears in one of these. */
const watched = [
  'class/block',
  'class/net',
  'bus/usb/devices',
  'bus/pci/devices',
  'bus/scsi/devices',
  'bus/mmc/devices',
];

/**
 * Loads the modules that the machine's devices ask for, and waits until disks and cards stop appearing. There is no udev in
 * BOEL: new devices are found by looking again. A loaded module may bring new devices, so this goes on until it is quiet.
 */
export async function settleDevices(io: Io, { signal, say }: Watch): Promise<void> {
  const hasModules = (await probeModuleDir(io)) !== undefined;
  const seen = new Set<string>();
  let before = '';
  for (let round = 1, quiet = 0; round <= maxRounds; round += 1) {
    signal?.throwIfAborted();
    const now = await Promise.all(watched.map(async (dir) => (await io.list(`/sys/${dir}`)) ?? []));
    const names = now.flat().join(' ');
    const isNew = names !== before;
    before = names;
    // Walking /sys takes a second on a slow machine, so only where something happened.
    const loaded = hasModules && (isNew || quiet === 0) ? await loadFresh(io, seen, signal) : 0;
    const usb = now[2] ?? [];
    quiet = isNew || loaded > 0 || (await isStickComing(io, usb)) ? 0 : quiet + 1;
    if (quiet >= (usb.length > 0 ? quietUsbRounds : quietRounds)) return;
    await io.sleep(roundMs, signal);
  }
  say('Devices still appear after 30 s; going on with what is there.');
}

/** Loads the modules for what was not seen before, and tells how many aliases that were. */
async function loadFresh(io: Io, seen: Set<string>, signal: AbortSignal | undefined): Promise<number> {
  const fresh = (await probeModaliases(io)).filter((alias) => !seen.has(alias));
  for (const alias of fresh) seen.add(alias);
  for (const argv of modprobeCalls(fresh)) await io.run({ argv }, signal ? { signal } : {});
  return fresh.length;
}

/** USB class of disks, sticks and card readers (usb.org, class 08). */
const massStorage = '08';

/** True while a USB disk is plugged in that has no block device yet: its driver waits a second before it looks. */
async function isStickComing(io: Io, usb: readonly string[]): Promise<boolean> {
  const waiting: string[] = [];
  for (const name of usb.filter((one) => one.includes(':'))) {
    const isStorage = (await io.readText(`/sys/bus/usb/devices/${name}/bInterfaceClass`))?.trim() === massStorage;
    // Without a driver there will never be a disk.
    if (isStorage && (await io.readLink(`/sys/bus/usb/devices/${name}/driver`))) waiting.push(name);
  }
  if (waiting.length === 0) return false;
  const blocks = (await io.list('/sys/class/block')) ?? [];
  const paths = await Promise.all(blocks.map((name) => io.readLink(`/sys/class/block/${name}`)));
  return waiting.some((name) => !paths.some((path) => path?.includes(`/${name}/`)));
}
