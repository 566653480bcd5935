import type { Io } from '../../common/system/io.ts';
import type { Watch } from './backoff.ts';
import { modprobeCalls, probeModaliases, probeModuleDir } from '../../machine/modules.ts';

const roundMs = 200;
/** After this many rounds without a new device, the machine counts as complete. */
const quietRounds = 3;
/** The same for machines with USB: a hub needs up to a second for its devices (USB 2.0, 7.1.7.3 and 11.5.1.5). */
const quietUsbRounds = 8;
/** Some controllers look for disks for half a minute; after that we go on with the devices that are there. */
const maxRounds = 30_000 / roundMs;

/** The folders of new hardware: a device that a loaded driver finds appears in one of these. */
const watched = [
  'class/block',
  'class/net',
  'bus/usb/devices',
  'bus/pci/devices',
  'bus/scsi/devices',
  'bus/mmc/devices',
];

/**
 * Loads the modules that the machine's devices ask for, and waits until disks and cards stop appearing. BOEL has no udev, so
 * it finds new devices by looking again. A loaded module may bring new devices, so the search goes on until nothing is new.
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
    // A walk through /sys takes a second on a slow machine, so it is done only after a change.
    const loaded = hasModules && (isNew || quiet === 0) ? await loadFresh(io, seen, signal) : 0;
    const usb = now[2] ?? [];
    quiet = isNew || loaded > 0 || (await isStickComing(io, usb)) ? 0 : quiet + 1;
    if (quiet >= (usb.length > 0 ? quietUsbRounds : quietRounds)) return;
    await io.sleep(roundMs, signal);
  }
  say('New devices still appear after 30 s; continuing with the devices found so far.');
}

/** Loads the modules for new aliases, and gives the number of new aliases. */
async function loadFresh(io: Io, seen: Set<string>, signal: AbortSignal | undefined): Promise<number> {
  const fresh = (await probeModaliases(io)).filter((alias) => !seen.has(alias));
  for (const alias of fresh) seen.add(alias);
  for (const argv of modprobeCalls(fresh)) await io.run({ argv }, signal ? { signal } : {});
  return fresh.length;
}

/** USB class of disks, sticks and card readers (usb.org, class 08). */
const massStorage = '08';

/** True while a plugged-in USB disk has no block device yet: the driver waits a second before it looks at the disk. */
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
