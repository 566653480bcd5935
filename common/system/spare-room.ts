import { randomBytes } from 'node:crypto';
import type { Io } from './io.ts';
import type { AbsPath } from './place.ts';

/** Room that is reserved on a disk, for data that must not be lost when the disk is full. */
export type SpareRoom = {
  /** Reserves the room, unless it is reserved already or the disk lacks it. */
  hold(): Promise<void>;
  /** Writes; if the disk is full, frees the reserved room and writes once more. */
  use<T>(write: () => Promise<T>): Promise<T>;
};

/** errno(3): the disk is full, or the user's share of it. */
const isFull = (error: unknown) => ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '');

/** A file of `bytes` that holds room; random, since a filesystem that compresses gives nothing for zeros. */
export function spareRoom(io: Io, at: AbsPath, bytes: number): SpareRoom {
  return {
    async hold() {
      if ((await io.lstat(at))?.sizeBytes === bytes) return;
      await io.write(at, randomBytes(bytes), { mode: 0o600 }).catch((error: unknown) => {
        if (!isFull(error)) throw error;
      });
    },
    async use(write) {
      try {
        return await write();
      } catch (error) {
        if (!isFull(error)) throw error;
        await io.remove(at);
        return write();
      }
    },
  };
}
