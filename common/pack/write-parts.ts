import { write } from '../system/files/change.ts';
import type { AbsPath } from '../system/place.ts';
import { partName } from './open-pack.ts';

/** ISO 9660 and FAT hold no larger file; a part is a little smaller. */
export const partBytes = 4 * 1024 ** 3 - 1024 ** 2;

/**
 * Writes a pack into one file, or with `mostBytes` into parts, each whole frames of at most this length together. Gives the files;
 * after an error none is left.
 */
export async function writeParts(
  file: AbsPath,
  frames: AsyncIterable<Buffer>,
  {
    mode,
    mostBytes = Number.POSITIVE_INFINITY,
    remove,
  }: { mode: number; mostBytes?: number; remove: (at: AbsPath) => Promise<void> },
): Promise<AbsPath[]> {
  const source = frames[Symbol.asyncIterator]();
  let next = await source.next();
  const onePart = async function* (): AsyncGenerator<Buffer> {
    for (let bytes = 0; !next.done && (bytes === 0 || bytes + next.value.length <= mostBytes); ) {
      yield next.value;
      bytes += next.value.length;
      next = await source.next();
    }
  };
  const files: AbsPath[] = [];
  try {
    while (!next.done) {
      const part = partName(file, files.length) as AbsPath;
      await write(part, onePart(), { mode });
      files.push(part);
    }
    return files;
  } catch (error) {
    await source.return?.();
    for (const part of files) await remove(part);
    throw error;
  }
}
