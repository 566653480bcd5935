import type { ReadIo } from '../../../common/system/io.ts';
import { type AbsPath, under } from '../../../common/system/place.ts';
import { freeRoom } from '../../../machine/free-room.ts';
import { type Check, wrong } from '../check.ts';

/** With less room than this no image fits, and soon no report or log. */
const leastBytes = 1024 ** 3;
const leastInodes = 10_000;

/** The folder, or the nearest folder above it that exists. */
async function nearest(io: ReadIo, at: AbsPath): Promise<AbsPath> {
  return at === '/' || (await io.lstat(at)) ? at : nearest(io, under(at, '..'));
}

/** There is room in the filesystem of the images. */
export const freeSpace: Check = {
  name: 'free-space',
  good: 'there is room where images lie',
  async run({ io, paths }) {
    const at = await nearest(io, paths.images);
    const room = await freeRoom(io, at);
    if (!room) return [];
    const hint = 'Remove images that nobody installs (lsimage -verbose, rmimage), or give that filesystem more room.';
    if (room.bytes < leastBytes) return [wrong(`${at} has ${Math.floor(room.bytes / 1024 ** 2)} MiB free`, hint)];
    return room.inodes !== undefined && room.inodes < leastInodes
      ? [wrong(`${at} has room for ${room.inodes} files`, hint)]
      : [];
  },
};
