import { blockNode } from '../../common/model/device-names.ts';
import path from 'node:path';
import type { ReadIo } from '../../common/system/io.ts';
import { diskOrigin } from '../../common/model/disk-origin.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { type BlkidFacts, parseBlkid } from '../../machine/blkid.ts';
import { blockDir, probeTraits } from '../../machine/disk-traits.ts';

/** Something that may hold a filesystem; `disk`: the whole disk of a partition. */
export type BlockDevice = { name: string; node: AbsPath; disk: AbsPath; isRemovable: boolean; isFloppy: boolean };

/** A floppy of 2.88 MB: the largest; a virtual floppy of a server board and a USB drive for floppies have names as disks have. */
const largestFloppy = 5760;

/** Devices that are made of other devices, and that may still hold a local.cfg. */
const isVolume = /^(dm-|md)/;

/** All block devices with room; `isRemovable` marks devices that people carry from machine to machine. */
export async function probeBlockDevices(io: ReadIo): Promise<BlockDevice[]> {
  const devices: BlockDevice[] = [];
  for (const name of (await io.list(blockDir)) ?? []) {
    const dir = under(blockDir, name);
    const text = async (...keys: string[]) => (await io.readText(under(dir, ...keys)).catch(() => undefined))?.trim();
    // A floppy has no size before it is first opened, a CD drive none before it looks at its medium.
    const sectors = Number(await text('size'));
    const hasRoom = /^(fd|sr)\d/.test(name) || sectors > 0;
    if ((await text('hidden')) === '1' || !hasRoom) continue;
    const real = path.posix.resolve(blockDir, (await io.readLink(dir)) ?? name);
    const isPartition = (await io.lstat(under(dir, 'partition'))) !== undefined;
    const disk = isPartition ? path.posix.basename(path.posix.dirname(real)) : name;
    const origin = diskOrigin(await probeTraits(io, disk));
    if (origin.kind === 'made' && !isVolume.test(disk)) continue;
    const isRemovable = origin.kind === 'removable';
    const isFloppy =
      /^fd\d/.test(name) || (isRemovable && name.startsWith('sd') && !isPartition && sectors <= largestFloppy);
    devices.push({ name, node: blockNode(name), disk: blockNode(disk), isRemovable, isFloppy });
  }
  return devices;
}

/** The content of these devices, by their first and last bytes; writes nothing, leaves out content that blkid does not know. */
export async function probeContents(io: ReadIo, devices: readonly BlockDevice[]): Promise<BlkidFacts[]> {
  if (devices.length === 0) return [];
  const nodes = devices.map((device) => device.node);
  const exit = await io.run({ argv: ['blkid', '-p', '-o', 'export', ...nodes], limitMs: slowMediumMs });
  return parseBlkid(exit.stdout);
}

/** How long a drive may take to report that its medium is missing or scratched. */
const slowMediumMs = 60_000;
