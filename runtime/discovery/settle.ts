import type { Io } from '../../common/system/io.ts';
import { modprobeCalls, probeModaliases, probeModuleDir } from '../../machine/modules.ts';

type Watch = { signal?: AbortSignal | undefined; say: (line: string) => void };

const roundMs = 200;
/** Rounds without anything new after which the machine counts as complete. */
const quietRounds = 3;
/** The same where there is USB: a hub needs up to a second for what is plugged into it (USB 2.0, 7.1.7.3 and 11.5.1.5). */
const quietUsbRounds = 8;
/** Some controllers look for disks for half a minute; then we go on with what is there. */
const maxRounds = 30_000 / roundMs;

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
    const aliases = await probeModaliases(io);
    const fresh = aliases.filter((alias) => !seen.has(alias));
    for (const alias of fresh) seen.add(alias);
    if (hasModules) for (const argv of modprobeCalls(fresh)) await io.run({ argv }, signal ? { signal } : {});
    const names = async (dir: '/sys/class/block' | '/sys/class/net' | '/sys/bus/usb/devices') =>
      (await io.list(dir)) ?? [];
    const usb = await names('/sys/bus/usb/devices');
    const now = [...(await names('/sys/class/block')), ...(await names('/sys/class/net')), ...usb].join(' ');
    quiet = fresh.length === 0 && now === before && !(await isStickComing(io, usb)) ? quiet + 1 : 0;
    before = now;
    if (quiet >= (usb.length > 0 ? quietUsbRounds : quietRounds)) return;
    await io.sleep(roundMs, signal);
  }
  say('Devices still appear after 30 s; going on with what is there.');
}

/** USB class of disks, sticks and card readers (usb.org, class 08). */
const massStorage = '08';

/** True while a USB disk is plugged in that has no block device yet: its driver waits a second before it looks. */
async function isStickComing(io: Io, usb: readonly string[]): Promise<boolean> {
  const waiting: string[] = [];
  for (const name of usb) {
    const isStorage = (await io.readText(`/sys/bus/usb/devices/${name}/bInterfaceClass`))?.trim() === massStorage;
    // Without a driver there will never be a disk.
    if (isStorage && (await io.readLink(`/sys/bus/usb/devices/${name}/driver`))) waiting.push(name);
  }
  if (waiting.length === 0) return false;
  const blocks = (await io.list('/sys/class/block')) ?? [];
  const paths = await Promise.all(blocks.map((name) => io.readLink(`/sys/class/block/${name}`)));
  return waiting.some((name) => !paths.some((path) => path?.includes(`/${name}/`)));
}
