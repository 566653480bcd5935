import type { Io } from '../../common/system/io.ts';
import { type AbsPath, type At, printPlace } from '../../common/system/place.ts';
import { type RecordedFile, recorderIo } from './recorder-io.ts';

/** A disk in memory that is full between `fill` and `empty`, for the files that `isOnIt` says: it takes what a removed file gave back. */
export function fullDisk(isOnIt: (at: AbsPath) => boolean = () => true, recorded: Record<string, RecordedFile> = {}) {
  const machine = recorderIo({ files: recorded });
  let freeBytes = Number.POSITIVE_INFINITY;
  const sizeOf = async (at: At) => (await machine.io.lstat(at))?.sizeBytes ?? 0;
  const take = (at: At, bytes: number) => {
    if (!isOnIt(printPlace(at))) return;
    if (bytes > freeBytes) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    freeBytes -= bytes;
  };
  const io: Io = {
    ...machine.io,
    async append(at, content) {
      take(at, Buffer.byteLength(content));
      await machine.io.append(at, content);
    },
    async write(at, content, attrs) {
      const before = await sizeOf(at);
      take(at, Buffer.byteLength(content));
      await machine.io.write(at, content, attrs);
      // It stood beside the one that it replaces.
      freeBytes += before;
    },
    async remove(at) {
      freeBytes += isOnIt(printPlace(at)) ? await sizeOf(at) : 0;
      await machine.io.remove(at);
    },
  };
  return {
    ...machine,
    io,
    fill: () => (freeBytes = 0),
    empty: () => (freeBytes = Number.POSITIVE_INFINITY),
  };
}
