import fs from 'node:fs/promises';
import { blockName } from '../../common/model/device-names.ts';
import { kernelSectorBytes } from '../../common/model/layout/size.ts';
import { UserError } from '../../common/system/errors.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { parseBlkid } from '../../machine/blkid.ts';
import { probeUse } from '../../machine/use.ts';
import type { BuildContext } from '../run.ts';

/** A device that a medium is written to. */
export type Target = { device: AbsPath; node: string };

/**
 * Finds the device that a medium shall be written to, and refuses the device if something uses it, if it is no whole disk, or if
 * the medium is larger. `force` allows a device that is not removable or that holds data.
 */
export async function checkDevice(
  io: ReadIo,
  device: AbsPath,
  { bytes, force }: { bytes: number; force: boolean },
): Promise<Target> {
  const stat = await fs.stat(device).catch(() => undefined);
  if (!stat?.isBlockDevice())
    throw new UserError(`${device} is no block device`, 'Name a device as /dev/fd0 or /dev/sdb, or write to a file.');
  const node = await fs.realpath(device);
  const sys = under('/sys/class/block', blockName(node));
  const text = async (name: string) => (await io.readText(under(sys, name)))?.trim();
  if ((await text('partition')) !== undefined)
    throw new UserError(`${device} is a partition`, 'Name the whole disk: a medium has its own boot sector.');
  const { mounts, swaps, holders } = await probeUse(io, node);
  const uses = [...mounts.map((one) => one.dir), ...swaps, ...holders.map((one) => one.name)];
  if (uses.length > 0)
    throw new UserError(`${device} is in use: ${uses.join(', ')}`, `Unmount what lies on ${device} first.`);
  const room = Number((await text('size')) ?? 0) * kernelSectorBytes;
  // A floppy drive tells its size only when a floppy was read.
  if (room > 0 && room < bytes && !isFloppy(node))
    throw new UserError(`${device} has ${room} bytes, and the medium has ${bytes}`, 'Take a larger device.');
  if (force) return { device, node };
  if ((await text('removable')) !== '1' && !isFloppy(node))
    throw new UserError(
      `${device} is not removable: it may be a disk of this machine`,
      'If it is the right one: --force',
    );
  const { stdout } = await io.run({ argv: ['blkid', '-p', '-o', 'export', node] });
  const [found] = parseBlkid(stdout);
  if (found)
    throw new UserError(
      `${device} holds ${found.type}${found.label && ` ${JSON.stringify(found.label)}`}, which would be lost`,
      'If nobody needs it: --force',
    );
  return { device, node };
}

const isFloppy = (node: string) => /^\/dev\/fd\d/.test(node);

const pieceBytes = 1024 * 1024;

/** Writes a medium, and reads it back: bytes that a worn medium did not keep are an error here, not at the machine. */
export async function writeDevice(context: BuildContext, { device, node }: Target, image: Uint8Array): Promise<void> {
  const { signal } = context;
  context.say(`Writing ${image.length} bytes to ${device}`);
  const failed = (what: string) => (error: Error) => {
    throw new UserError(`${what} ${device} failed: ${error.message}`, 'Take another medium; this one may be worn.');
  };
  await using file = await fs.open(node, 'r+').catch(failed('Opening'));
  for (let at = 0; at < image.length; at += pieceBytes) {
    signal.throwIfAborted();
    const piece = image.subarray(at, at + pieceBytes);
    await file.write(piece, 0, piece.length, at).catch(failed('Writing'));
  }
  await file.sync().catch(failed('Writing'));
  context.say(`Reading ${device} back`);
  const back = Buffer.alloc(pieceBytes);
  for (let at = 0; at < image.length; at += pieceBytes) {
    signal.throwIfAborted();
    const piece = image.subarray(at, at + pieceBytes);
    await file.read(back, 0, piece.length, at).catch(failed('Reading'));
    if (!back.subarray(0, piece.length).equals(piece))
      throw new UserError(`${device} gives other bytes than were written, from byte ${at} on`, 'Take another medium.');
  }
}
