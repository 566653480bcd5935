import path from 'node:path';
import type { ReadIo } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { type BlkidFacts, parseBlkid } from '../../machine/blkid.ts';

/** Something that may hold a filesystem. */
export type BlockDevice = { name: string; node: AbsPath; isRemovable: boolean };

/** Memory, files, and eMMC's boot areas: no place for a local.cfg. */
const neverHolds = /^(ram|zram|loop|nbd|mtdblock|mmcblk\d+(boot\d|rpmb))/;

/**
 * All block devices with room in them, removable ones marked: floppies, CDs, whatever is on USB or is an SD card, and what
 * the kernel calls removable (Documentation/ABI/stable/sysfs-block).
 */
export async function probeBlockDevices(io: ReadIo): Promise<BlockDevice[]> {
  const devices: BlockDevice[] = [];
  for (const name of (await io.list('/sys/class/block')) ?? []) {
    const dir = under('/sys/class/block', name);
    const text = async (...keys: string[]) => (await io.readText(under(dir, ...keys)).catch(() => undefined))?.trim();
    // A floppy has no size before it is first opened, a drive none before it is told of its medium.
    const isDrive = /^(fd|sr)\d/.test(name);
    const hasRoom = isDrive || Number(await text('size')) > 0;
    if (neverHolds.test(name) || (await text('hidden')) === '1' || !hasRoom) continue;
    const real = path.posix.resolve('/sys/class/block', (await io.readLink(dir)) ?? name) as AbsPath;
    const isPartition = (await io.lstat(under(dir, 'partition'))) !== undefined;
    const ofDisk = async (...keys: string[]) =>
      (await io.readText(under(isPartition ? (path.posix.dirname(real) as AbsPath) : real, ...keys)))?.trim();
    devices.push({
      name,
      // A slash in a name is `!` in /sys.
      node: under('/dev', ...name.split('!')),
      isRemovable:
        isDrive ||
        /\/usb\d+\//.test(real) ||
        (await ofDisk('removable')) === '1' ||
        (await ofDisk('device', 'type')) === 'SD',
    });
  }
  return devices;
}

/** What is on these devices, by their first and last bytes; nothing is written, and what blkid cannot tell is left out. */
export async function probeContents(io: ReadIo, devices: readonly BlockDevice[]): Promise<BlkidFacts[]> {
  if (devices.length === 0) return [];
  const nodes = devices.map((device) => device.node);
  const exit = await io.run({ argv: ['blkid', '-p', '-o', 'export', ...nodes], limitMs: slowMediumMs });
  return parseBlkid(exit.stdout);
}

/** A drive without a medium, or with a scratched one, may take so long until it says so. */
const slowMediumMs = 60_000;
