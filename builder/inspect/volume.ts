import { createReadStream } from 'node:fs';
import fs from 'node:fs/promises';
import { partOf, piecesOf, type ReadAt, readStored, type StoredFile } from '../../common/media/stored.ts';
import { UserError } from '../../common/system/errors.ts';
import { filesBelow } from '../../common/system/files-below.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { readHandle } from '../media/read-handle.ts';

/** The files of a medium, wherever they lie: in a filesystem of the medium, or in a folder of this machine. */
export type Volume = {
  /** As the end of a sentence: `ISO 9660`, `FAT at byte 1048576`. */
  name: string;
  label?: string;
  /** The bytes of each file by its path, without a slash at the front. */
  files: ReadonlyMap<string, number>;
  /** People change files here with any computer. */
  isWritable: boolean;
  /** Undefined if there is no such file. UserError if it has more than `limitBytes`. */
  read(name: string, limitBytes?: number): Promise<Buffer | undefined>;
  /** The bytes of a file from byte `offset` on, fewer at its end; undefined if there is no such file. */
  readPart(name: string, offset: number, bytes: number): Promise<Buffer | undefined>;
  /** The bytes of a file in small pieces; undefined if there is no such file. */
  pieces(name: string): AsyncIterable<Uint8Array> | undefined;
};

/** Kernels and initrds are smaller; the text files of a medium by far. */
const [largest, textBytes] = [2 * 1024 ** 3, 1024 ** 2];

/** The text of a small file; undefined if there is none. */
export const textIn = async (volume: Volume, name: string): Promise<string | undefined> =>
  (await volume.read(name, textBytes))?.toString();

/** The files of a filesystem that lies on a medium. */
export function storedVolume(
  read: ReadAt,
  stored: ReadonlyMap<string, StoredFile>,
  about: Pick<Volume, 'name' | 'label' | 'isWritable'>,
): Volume {
  return {
    ...about,
    files: new Map([...stored].map(([name, { bytes }]) => [name, bytes])),
    async read(name, limitBytes = largest) {
      const file = stored.get(name);
      return file && (await readStored(read, file, limitBytes));
    },
    async readPart(name, offset, bytes) {
      const file = stored.get(name);
      return file && (await readStored(read, partOf(file, offset, bytes), bytes));
    },
    pieces(name) {
      const file = stored.get(name);
      return file && piecesOf(read, file);
    },
  };
}

/** The files of a folder of this machine. */
export async function folderVolume(folder: AbsPath): Promise<Volume> {
  const names = await filesBelow(folder);
  const sizes = await Promise.all(names.map(async (name) => (await fs.stat(under(folder, name))).size));
  const files = new Map(names.map((name, at) => [name, sizes[at] ?? 0]));
  return {
    name: 'the folder',
    files,
    isWritable: true,
    async read(name, limitBytes = largest) {
      const bytes = files.get(name);
      if (bytes === undefined) return undefined;
      if (bytes > limitBytes)
        throw new UserError(`${name} has ${bytes} bytes`, `The file may have ${limitBytes} bytes at most.`);
      return fs.readFile(under(folder, name));
    },
    async readPart(name, offset, bytes) {
      if (!files.has(name)) return undefined;
      await using file = await fs.open(under(folder, name));
      return Buffer.from(await readHandle(file)(offset, bytes));
    },
    pieces: (name) => (files.has(name) ? createReadStream(under(folder, name)) : undefined),
  };
}

/** The bytes of a medium as a volume of one file would be read. */
export const wholeBytes = async (read: ReadAt, bytes: number): Promise<Buffer> => {
  if (bytes > largest)
    throw new UserError(`the file has ${bytes} bytes`, `A kernel or an initrd has ${largest} at most.`);
  const pieces: Buffer[] = [];
  for await (const piece of piecesOf(read, { name: 'file', bytes, extents: [{ offset: 0, bytes }] }))
    pieces.push(piece);
  return Buffer.concat(pieces);
};
