import fs from 'node:fs/promises';
import { blockName } from '../../common/model/device-names.ts';
import { kernelSectorBytes } from '../../common/model/layout/size.ts';
import { UserError } from '../../common/system/errors.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { probeUse } from '../../machine/use.ts';

/** A device that a medium is written to; `holds`: what would be lost, for people. */
export type Target = { device: AbsPath; node: string; bytes: number; sectorBytes: number; holds: string[] };

/** Which devices may be written to: `force` allows a device that is not removable or that holds data. */
export type DeviceWish = { bytes: number; force: boolean; maxBytes?: number };

/**
 * Finds the device that a medium shall be written to, and refuses the device if something uses it (as the disk of this machine is
 * used), if it is no whole disk, too small, or larger than `maxBytes`.
 */
export async function checkDevice(io: ReadIo, device: AbsPath, wish: DeviceWish): Promise<Target> {
  const { bytes, force, maxBytes = Number.POSITIVE_INFINITY } = wish;
  const stat = await fs.stat(device).catch(() => undefined);
  if (!stat?.isBlockDevice())
    throw new UserError(`${device} is no block device`, 'Name a device as /dev/fd0 or /dev/sdb, or write to a file.');
  const node = await fs.realpath(device);
  const sys = under('/sys/class/block', blockName(node));
  const text = async (...names: string[]) => (await io.readText(under(sys, ...names)))?.trim();
  if ((await text('partition')) !== undefined)
    throw new UserError(`${device} is a partition`, 'Name the whole disk: a medium has its own boot sector.');
  const { mounts, swaps, holders } = await probeUse(io, node);
  const uses = [...mounts.map((one) => one.dir), ...swaps, ...holders.map((one) => one.name)];
  if (uses.length > 0)
    throw new UserError(`${device} is in use: ${uses.join(', ')}`, `Unmount what lies on ${device} first.`);
  const room = Number((await text('size')) ?? 0) * kernelSectorBytes;
  // A floppy drive tells its size only when a floppy was read.
  if (room < bytes && !isFloppy(node))
    throw new UserError(`${device} has ${room} bytes, and the medium has ${bytes}`, 'Take a larger device.');
  if (room > maxBytes)
    throw new UserError(
      `${device} has ${gib(room)}, more than the ${gib(maxBytes)} of --max-size: it may be a disk with data`,
      `If it is the right one: --max-size ${Math.ceil(room / 1024 ** 3)}`,
    );
  const sectorBytes = Number((await text('queue', 'logical_block_size')) ?? kernelSectorBytes);
  const target: Target = { device, node, bytes: room, sectorBytes, holds: await contentOf(io, node, sys) };
  if (force) return target;
  if ((await text('removable')) !== '1' && !isFloppy(node))
    throw new UserError(
      `${device} is not removable: it may be a disk of this machine`,
      'If it is the right one: --force',
    );
  if (target.holds.length > 0)
    throw new UserError(
      `${device} holds ${target.holds.join(', ')}, which would be lost`,
      'If nobody needs it: --force',
    );
  return target;
}

const gib = (bytes: number) => `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
const isFloppy = (node: string) => /^\/dev\/fd\d/.test(node);

/** The filesystems and the partition table on a disk. */
async function contentOf(io: ReadIo, node: string, sys: AbsPath): Promise<string[]> {
  const disk = blockName(node);
  const parts = ((await io.list(sys)) ?? []).filter((name) => name.startsWith(disk)).map((name) => `/dev/${name}`);
  const { stdout } = await io.run({ argv: ['blkid', '-p', '-o', 'export', node, ...parts] });
  return stdout.split(/^(?=DEVNAME=)/m).flatMap((block) => {
    const value = (tag: string) => new RegExp(`^${tag}=(.*)$`, 'm').exec(block)?.[1];
    const [at, type, table, label] = [value('DEVNAME'), value('TYPE'), value('PTTYPE'), value('LABEL')];
    const what = type ?? (table && `a partition table (${table})`);
    return at !== undefined && what ? [`${what}${label ? ` ${JSON.stringify(label)}` : ''} on ${at}`] : [];
  });
}
