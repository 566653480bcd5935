import { promisify } from 'node:util';
import zlib from 'node:zlib';
import type { DirSums } from '../model/sum-tree.ts';
import { cutFrames, frameBytes } from './cut-frames.ts';
import {
  type DirLine,
  type Extra,
  type FrameLine,
  type PackedImage,
  type PackIndex,
  printTail,
  sha256Of,
  skippableFrame,
  skippableHeadBytes,
} from './format.ts';

const compress = promisify(zlib.zstdCompress);
const { ZSTD_c_compressionLevel, ZSTD_c_checksumFlag } = zlib.constants;
/** The level that zstd(1) takes by itself; the checksum lets `zstd -t` find a damaged frame. */
const how = { params: { [ZSTD_c_compressionLevel]: 3, [ZSTD_c_checksumFlag]: 1 } };
/** Frames that are compressed at the same time: each takes up to 64 MiB. */
const atOnce = 4;

/** What a pack tells of its image besides what comes out of the tar; the directories of the tree come in their order. */
export type ImageToPack = Omit<PackedImage, 'dirs'> & { dirs: Iterable<[string, DirSums]> };

/** The bytes of a pack, made from a tar: each piece is one frame. The same tar and image give the same bytes. */
export async function* packBytes(
  tar: AsyncIterable<Buffer>,
  what: string,
  image?: ImageToPack,
  limits = frameBytes,
): AsyncGenerator<Buffer> {
  const frames: FrameLine[] = [];
  let written = 0;
  let tarBytes = 0;
  const extra = (content: Buffer): { place: Extra; frame: Buffer } => {
    const place = { firstByte: written + skippableHeadBytes, bytes: content.length, sha256: sha256Of(content) };
    const frame = skippableFrame(content);
    written += frame.length;
    return { place, frame };
  };
  for await (const { packed, contentBytes, first } of compressed(tar, what, limits)) {
    frames.push({ firstByte: written, bytes: packed.length, contentBytes, sha256: sha256Of(packed), first });
    written += packed.length;
    tarBytes += contentBytes;
    yield packed;
  }
  let packedImage: PackedImage | undefined;
  if (image) {
    const lines = [...image.dirs].map(([dir, { bytes, holeBytes, inodes, links }]) =>
      JSON.stringify([dir, bytes, holeBytes, inodes, links] satisfies DirLine),
    );
    const { place, frame } = extra(await compress(Buffer.from(`${lines.join('\n')}\n`), how));
    packedImage = { ...image, dirs: place };
    yield frame;
  }
  const index: PackIndex = { version: 1, image: packedImage, tarBytes, frames };
  const { place, frame } = extra(await compress(Buffer.from(JSON.stringify(index)), how));
  yield frame;
  yield printTail(place);
}

/** The frames of a tar in their order, several compressed at the same time. */
async function* compressed(tar: AsyncIterable<Buffer>, what: string, limits: typeof frameBytes) {
  const working: Promise<{ packed: Buffer; contentBytes: number; first: FrameLine['first'] }>[] = [];
  for await (const { content, first } of cutFrames(tar, what, limits)) {
    const one = compress(content, how).then((packed) => ({ packed, contentBytes: content.length, first }));
    one.catch(() => {});
    working.push(one);
    const oldest = working.length >= atOnce ? working.shift() : undefined;
    if (oldest) yield await oldest;
  }
  for (const one of working) yield await one;
}
