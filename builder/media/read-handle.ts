import type { FileHandle } from 'node:fs/promises';
import type { ReadAt } from '../../common/media/stored.ts';

/** Reads an open file or device by place. */
export const readHandle =
  (file: FileHandle): ReadAt =>
  async (offset, bytes) => {
    const piece = Buffer.alloc(bytes);
    let done = 0;
    while (done < bytes) {
      const { bytesRead } = await file.read(piece, done, bytes - done, offset + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return piece.subarray(0, done);
  };
