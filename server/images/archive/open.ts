import { createReadStream } from 'node:fs';
import type { Duplex, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import zlib from 'node:zlib';
import { framesOf, openPack } from '../../../common/pack/open-pack.ts';
import { UserError } from '../../../common/system/errors.ts';
import { naming } from '../../../common/system/files/naming.ts';
import { openPlain, readPart } from '../../../common/system/files/open-plain.ts';
import type { Frame } from '../../../common/system/frame.ts';
import { readFrames } from '../../../common/system/frames.ts';
import type { ReadIo } from '../../../common/system/io.ts';
import type { AbsPath } from '../../../common/system/place.ts';
import { quoteArgv } from '../../../common/system/quote.ts';
import { checkArchive, type Contents } from './check.ts';
import { readHeaders } from '../../../common/pack/tar-headers.ts';

/** The first bytes of compressed files (file(1)), and the decompressors. */
const openers: { magic: string; open: () => Duplex }[] = [
  { magic: '28b52ffd', open: () => zlib.createZstdDecompress() },
  { magic: '1f8b', open: () => zlib.createGunzip() },
];

/** Other formats, which are only named in errors. */
const packers: { magic: string; name: string; unpack: string }[] = [
  { magic: 'fd377a585a00', name: 'xz', unpack: 'xz -d' },
  { magic: '425a68', name: 'bzip2', unpack: 'bzip2 -d' },
  { magic: '04224d18', name: 'lz4', unpack: 'lz4 -d' },
  { magic: '4c5a4950', name: 'lzip', unpack: 'lzip -d' },
  { magic: '1f9d', name: 'compress', unpack: 'uncompress' },
  { magic: '504b0304', name: 'zip', unpack: 'unzip' },
];

async function magicOf(file: AbsPath): Promise<string> {
  return (await naming(file, () => readPart(file, 0, 8))).toString('hex');
}

/** Joins both streams; errors reach the reader of `opener`. */
function unpacked(packed: Readable, opener: Duplex): Readable {
  pipeline(packed, opener).catch(() => {});
  return opener;
}

/** An archive that was checked: its contents, and its frames if it is a pack. */
export type Archive = { contents: Contents; frames?: Frame[] };

/**
 * Reads an archive to its end and checks it, without unpacking anything. UserError if it is torn or leads out, or if a frame of a
 * pack is damaged.
 */
export async function readArchive(io: ReadIo, file: AbsPath, signal: AbortSignal): Promise<Archive> {
  const pack = await openPack(io, file);
  if (!pack) return { contents: await readPlain(file, signal) };
  const frames = framesOf(pack);
  const contents = await checkArchive(readHeaders(readFrames(io, frames), file), file);
  signal.throwIfAborted();
  return { contents, frames };
}

async function readPlain(file: AbsPath, signal: AbortSignal): Promise<Contents> {
  const magic = await magicOf(file);
  const opener = openers.find((one) => magic.startsWith(one.magic));
  const packer = packers.find((one) => magic.startsWith(one.magic));
  if (packer)
    throw new UserError(
      `${file} is compressed by ${packer.name}`,
      `Unpack the file first: ${packer.unpack} ${quoteArgv([file])}`,
    );
  const packed = createReadStream('', { fd: openPlain(file).fd, highWaterMark: 1024 * 1024, signal });
  const tar: Readable = opener ? unpacked(packed, opener.open()) : packed;
  try {
    return await checkArchive(readHeaders(tar, file), file);
  } catch (error) {
    signal.throwIfAborted();
    if (!String((error as NodeJS.ErrnoException).code).startsWith('Z')) throw error;
    throw new UserError(
      `${file} is torn: ${(error as Error).message}`,
      'Fetch the file again, or make the file again; nothing has been changed.',
      { cause: error },
    );
  } finally {
    packed.destroy();
  }
}
