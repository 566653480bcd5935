import { promisify } from 'node:util';
import zlib from 'node:zlib';
import type { ImageFacts } from '../model/image-facts.ts';
import { type DirSums, sumTree } from '../model/sum-tree.ts';
import { compareInTree } from '../model/tree-order.ts';
import { UserError } from '../system/errors.ts';
import type { Frame } from '../system/frame.ts';
import { readFrame } from '../system/frames.ts';
import type { ReadIo } from '../system/io.ts';
import type { AbsPath } from '../system/place.ts';
import { DirLine, type Extra, PackIndex, parseTail, tailBytes } from './format.ts';

/** What is needed to open a pack. */
export type PackIo = Pick<ReadIo, 'readPart'> & {
  stat(at: AbsPath): Promise<{ kind: string; sizeBytes: number } | undefined>;
};

type Part = { file: AbsPath; bytes: number };

/** A pack that was opened: its parts, and its index. */
export type Pack = { file: AbsPath; parts: Part[]; index: PackIndex };

const decompress = promisify(zlib.zstdDecompress);
/** An image with a million directories has an index and sums of some 100 MB. */
const mostExtraBytes = 512 * 1024 ** 2;

/** The name of a part of a pack: NAME.pack, NAME.pack.1, NAME.pack.2, … */
export const partName = (file: string, at: number): string => (at === 0 ? file : `${file}.${at}`);

/** Opens a pack; undefined if the file is no pack. UserError if a part is missing or the index is damaged. */
export async function openPack(io: PackIo, file: AbsPath): Promise<Pack | undefined> {
  const parts: Part[] = [];
  for (;;) {
    const name = partName(file, parts.length) as AbsPath;
    const found = await io.stat(name);
    if (found?.kind !== 'file') break;
    parts.push({ file: name, bytes: found.sizeBytes });
  }
  const last = parts.at(-1);
  if (!last || last.bytes < tailBytes) return undefined;
  const place = parseTail((await io.readPart(last.file, last.bytes - tailBytes, tailBytes)) ?? Buffer.alloc(0));
  if (!place) return undefined;
  const wholeBytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  if (place.firstByte + place.bytes + tailBytes !== wholeBytes)
    throw new UserError(
      `${file}: the pack has ${place.firstByte + place.bytes + tailBytes} bytes, and ${parts.length === 1 ? 'the file has' : `its ${parts.length} parts have`} ${wholeBytes}`,
      'Fetch the file again, with all its parts, or make the file again.',
    );
  const pack: Pack = { file, parts, index: { version: 1, tarBytes: 0, frames: [] } };
  const index = PackIndex.safeParse(JSON.parse((await readExtra(io, pack, 'the index', place)).toString()));
  if (!index.success)
    throw new UserError(
      `${file} is a pack of a form that is not known here`,
      'Was the pack made by a newer SystemImager? Use that release here, too.',
    );
  return { ...pack, index: index.data };
}

/** Where bytes of the pack lie: a frame never lies in two parts. */
function placeIn({ file, parts }: Pack, firstByte: number): { file: AbsPath; firstByte: number } {
  let before = 0;
  for (const part of parts) {
    if (firstByte < before + part.bytes) return { file: part.file, firstByte: firstByte - before };
    before += part.bytes;
  }
  throw new UserError(`${file} is torn: the pack ends before byte ${firstByte}`, 'Fetch the file again.');
}

async function readExtra(io: Pick<ReadIo, 'readPart'>, pack: Pack, name: string, place: Extra): Promise<Buffer> {
  const packed = await readFrame(io, { name, ...place, ...placeIn(pack, place.firstByte) });
  return decompress(packed, { maxOutputLength: mostExtraBytes });
}

/** All frames of a pack. */
export function framesOf(pack: Pack): Frame[] {
  const { frames } = pack.index;
  return frames.map(({ firstByte, bytes, contentBytes, sha256 }, at) => ({
    name: `frame ${at + 1} of ${frames.length}`,
    ...placeIn(pack, firstByte),
    bytes,
    contentBytes,
    sha256,
  }));
}

/** The frames that hold a folder of the tar (bytes as latin1) with all below it, from one member's begin to another's. */
export function framesBelow(pack: Pack, folder: string): Frame[] {
  const { frames } = pack.index;
  const isBelow = (name: string) => `${name}/`.startsWith(`${folder}/`);
  const isInTop = (name: string) => name.split('/', 1)[0] === folder.split('/', 1)[0];
  let from = -1;
  let to = frames.length;
  for (const [at, { first }] of frames.entries()) {
    if (!first || (from < 0 && !isInTop(first.name))) continue;
    if (from < 0 || (isInTop(first.name) && compareInTree(first.name, folder) <= 0)) from = at;
    else if (!isBelow(first.name)) {
      to = at;
      break;
    }
  }
  if (from < 0) return [];
  return framesOf(pack)
    .slice(from, to + 1)
    .flatMap((frame, index) => {
      const { first } = frames[from + index] ?? {};
      const wanted = {
        from: index === 0 ? (first?.at ?? 0) : 0,
        to: from + index === to ? (first?.at ?? 0) : frame.contentBytes,
      };
      return wanted.to > wanted.from ? [{ ...frame, wanted }] : [];
    });
}

/** The facts of the image in a pack for mount points, absolute paths, as the image server gives them. */
export async function sumsOfPack(
  io: Pick<ReadIo, 'readPart'>,
  pack: Pack,
  mountDirs: readonly string[],
): Promise<ImageFacts | undefined> {
  const { image } = pack.index;
  if (!image) return undefined;
  const text = await readExtra(io, pack, 'the list of directories', image.dirs);
  // FAT holds no hard links, and a tar has the content only behind the first name.
  return sumTree(image.name, linesOf(text), mountDirs, true);
}

/** Reads the lines one by one, so that a large image needs little memory. */
function* linesOf(text: Buffer): Generator<[string, DirSums]> {
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf(0x0a, at);
    const line = text.toString('utf8', at, end < 0 ? text.length : end);
    at += (end < 0 ? text.length : end) - at + 1;
    const [dir, bytes, holeBytes, inodes, links] = DirLine.parse(JSON.parse(line));
    yield [dir, { bytes, holeBytes, inodes, links }];
  }
}
