import { createHash } from 'node:crypto';
import { UserError } from '../system/errors.ts';

/** Reads `bytes` bytes of a medium from byte `offset` on; gives fewer at the end of the medium. */
export type ReadAt = (offset: number, bytes: number) => Promise<Uint8Array>;

/** A run of bytes of a medium. */
export type Extent = { offset: number; bytes: number };

/** A file on a medium: its path without a slash at the front, and the bytes of the medium that hold it, in their order. */
export type StoredFile = { name: string; bytes: number; extents: readonly Extent[] };

/** What is wrong with a medium that ends too early or whose directories lead nowhere. */
export const damaged = (what: string): UserError =>
  new UserError(what, 'The medium is cut off or damaged: make the medium again, or copy the whole file again.');

/** All of these bytes of a medium; UserError where the medium ends before. */
export async function readWhole(read: ReadAt, { offset, bytes }: Extent, what: string): Promise<Buffer> {
  const got = await read(offset, bytes);
  if (got.length === bytes) return Buffer.from(got.buffer, got.byteOffset, got.length);
  throw damaged(`the medium ends before byte ${offset + bytes}, inside of ${what}`);
}

const pieceBytes = 1024 * 1024;

/** The bytes of a file in pieces of at most 1 MiB. */
export async function* piecesOf(read: ReadAt, file: StoredFile): AsyncGenerator<Buffer> {
  for (const { offset, bytes } of file.extents)
    for (let done = 0; done < bytes; done += pieceBytes)
      yield await readWhole(
        read,
        { offset: offset + done, bytes: Math.min(pieceBytes, bytes - done) },
        `the file ${file.name}`,
      );
}

/** The whole content of a file, which must not have more than `limitBytes` bytes. */
export async function readStored(read: ReadAt, file: StoredFile, limitBytes: number): Promise<Buffer> {
  if (file.bytes > limitBytes)
    throw new UserError(`${file.name} has ${file.bytes} bytes`, `The file may have ${limitBytes} bytes at most.`);
  const pieces: Buffer[] = [];
  for await (const piece of piecesOf(read, file)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** The bytes of a file from byte `offset` on, at most `bytes` of them, as a file of their own. */
export function partOf(file: StoredFile, offset: number, bytes: number): StoredFile {
  let [skip, left] = [offset, bytes];
  const extents = file.extents.flatMap((extent): Extent[] => {
    const from = Math.min(skip, extent.bytes);
    const taken = Math.min(left, extent.bytes - from);
    skip -= from;
    left -= taken;
    return taken > 0 ? [{ offset: extent.offset + from, bytes: taken }] : [];
  });
  return { name: file.name, bytes: bytes - left, extents };
}

/** The SHA-256 sum of a file in hexadecimal digits. */
export async function sumStored(read: ReadAt, file: StoredFile): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of piecesOf(read, file)) hash.update(piece);
  return hash.digest('hex');
}
