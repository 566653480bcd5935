import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ImageStart } from '../model/image-start.ts';
import { ImageName } from '../model/names.ts';

/** A hash in hexadecimal digits. */
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * A frame of a pack: where it begins and its length, the length and the hash of its content, and, if a member of the tar begins in it,
 * the name of the first such member (bytes as latin1) and where in the content this member begins.
 */
const FrameLine = z.object({
  firstByte: z.int().min(0),
  bytes: z.int().min(1),
  contentBytes: z.int().min(1),
  sha256: Sha256,
  first: z.object({ name: z.string(), at: z.int().min(0) }).optional(),
});
export type FrameLine = z.infer<typeof FrameLine>;

/** A frame that is skipped by zstd(1): where its content begins, and its length and hash. */
const Extra = z.object({ firstByte: z.int().min(0), bytes: z.int().min(0), sha256: Sha256 });
export type Extra = z.infer<typeof Extra>;

/** A directory in the list of an image's directories (DirSums): its path, its sums, and its files with several names. */
export const DirLine = z.tuple([
  z.string(),
  z.number(),
  z.number(),
  z.number(),
  z.array(z.tuple([z.string(), z.number(), z.number(), z.number()])),
]);
export type DirLine = z.infer<typeof DirLine>;

/** What is known of the image in a pack; a pack of other folders has none. */
export const PackedImage = z.object({
  name: ImageName,
  /** The autoinstall script, as it was when the pack was made. */
  script: z.string().optional(),
  /** Hash of the manifest, which lies in the tar beside the tree. */
  manifestSha256: Sha256,
  /** As in ImageFacts: content of each file once, and inodes. */
  bytes: z.int().min(0),
  inodes: z.int().min(0),
  /** What the image needs and has to start a machine. */
  start: ImageStart,
  /** Where the list of directories is: a line of JSON for each (DirLine). */
  dirs: Extra,
});
export type PackedImage = z.infer<typeof PackedImage>;

/** The index of a pack (docs/packs.md). Places are counted from the first byte of the first part. */
export const PackIndex = z.object({
  version: z.literal(1),
  image: PackedImage.optional(),
  /** Length of the whole tar. */
  tarBytes: z.int().min(0),
  frames: z.array(FrameLine).min(1),
});
export type PackIndex = z.infer<typeof PackIndex>;

/** RFC 8878, section 3.1.2: frames with these magic numbers are skipped by every program that reads zstd. */
const skippable = 0x184d2a5b;
/** Magic number and length. */
export const skippableHeadBytes = 8;

/** A frame that programs without knowledge of packs skip. */
export function skippableFrame(content: Uint8Array): Buffer {
  const head = Buffer.alloc(skippableHeadBytes);
  head.writeUInt32LE(skippable, 0);
  head.writeUInt32LE(content.length, 4);
  return Buffer.concat([head, content]);
}

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const mark = Buffer.from('SI-PACK1', 'latin1');

/** A pack ends in a skippable frame of this length: mark, place and length of the index, and the hash of the index. */
export const tailBytes = skippableHeadBytes + mark.length + 8 + 8 + 32;

/** The last bytes of a pack. */
export function printTail({ firstByte, bytes, sha256 }: Extra): Buffer {
  const numbers = Buffer.alloc(16);
  numbers.writeBigUInt64LE(BigInt(firstByte), 0);
  numbers.writeBigUInt64LE(BigInt(bytes), 8);
  return skippableFrame(Buffer.concat([mark, numbers, Buffer.from(sha256, 'hex')]));
}

/** Reads the last bytes of a file; undefined if the file is no pack. */
export function parseTail(tail: Buffer): Extra | undefined {
  if (tail.length !== tailBytes || tail.readUInt32LE(0) !== skippable) return undefined;
  const content = tail.subarray(skippableHeadBytes);
  if (!content.subarray(0, mark.length).equals(mark)) return undefined;
  return {
    firstByte: Number(content.readBigUInt64LE(mark.length)),
    bytes: Number(content.readBigUInt64LE(mark.length + 8)),
    sha256: content.subarray(mark.length + 16).toString('hex'),
  };
}
