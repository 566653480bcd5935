import type { AbsPath } from './place.ts';

/** A part of a file that holds one frame of zstd (RFC 8878) and can be read without the other parts. */
export type Frame = {
  /** What people call the frame: `frame 3 of 17`. */
  name: string;
  file: AbsPath;
  /** The place of the frame in the file, and its length. */
  firstByte: number;
  bytes: number;
  /** Hash of these bytes, in hexadecimal digits. */
  sha256: string;
  /** Length of the content. */
  contentBytes: number;
  /** The part of the content that is wanted, from a byte up to the byte before another. */
  wanted?: { from: number; to: number };
};
