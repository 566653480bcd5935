import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { UserError } from './errors.ts';
import type { Frame } from './frame.ts';
import type { ReadIo } from './io.ts';
import type { Progress } from './progress.ts';

const decompress = promisify(zlib.zstdDecompress);

/** The most bytes that one read asks for: a signal is noticed, and an error of a disk names a small part. */
const readBytes = 4 * 1024 ** 2;

/** The bytes of a frame, checked; UserError that names the frame if they are damaged. */
export async function readFrame(io: Pick<ReadIo, 'readPart'>, frame: Omit<Frame, 'contentBytes'>): Promise<Buffer> {
  const { name, file, firstByte, bytes, sha256 } = frame;
  const damaged = (what: string, cause?: unknown) =>
    new UserError(
      `${name} of ${file} is damaged (bytes ${firstByte} to ${firstByte + bytes - 1}): ${what}`,
      'Make the file or the medium again; if the medium is a disc or a stick, try another drive first.',
      { cause },
    );
  const hash = createHash('sha256');
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes; ) {
    const piece = await io
      .readPart(file, firstByte + at, Math.min(readBytes, bytes - at))
      .catch((error: Error) => Promise.reject(damaged(error.message, error)));
    if (!piece || piece.length === 0) throw damaged('the file ends before');
    hash.update(piece);
    pieces.push(piece);
    at += piece.length;
  }
  if (hash.digest('hex') !== sha256) throw damaged('its sha256 is not what the index tells');
  return Buffer.concat(pieces);
}

/** The content of a frame: the part of it that is wanted. */
async function contentOf(io: Pick<ReadIo, 'readPart'>, frame: Frame): Promise<Buffer> {
  const content = await decompress(await readFrame(io, frame), { maxOutputLength: frame.contentBytes });
  return frame.wanted ? content.subarray(frame.wanted.from, frame.wanted.to) : content;
}

/**
 * The contents of frames one after the other, each checked before any byte of it is handed over. The next frame is read ahead.
 * `ifDamaged`: what else to tell a person if a frame is damaged.
 */
export async function* readFrames(
  io: Pick<ReadIo, 'readPart'>,
  frames: readonly Frame[],
  onProgress: (progress: Progress) => void = () => {},
  ifDamaged = '',
): AsyncGenerator<Buffer> {
  const explained = (error: unknown) => {
    if (!(error instanceof UserError) || ifDamaged === '') throw error;
    throw new UserError(error.message, `${error.hint} ${ifDamaged}`, { cause: error.cause });
  };
  const read = (at: number) => {
    const frame = frames[at];
    const content = frame && contentOf(io, frame).catch(explained);
    content?.catch(() => {});
    return content;
  };
  const wantedBytes = ({ wanted, contentBytes }: Frame) => (wanted ? wanted.to - wanted.from : contentBytes);
  const totalBytes = frames.reduce((sum, frame) => sum + wantedBytes(frame), 0);
  const startedAt = performance.now();
  let doneBytes = 0;
  let next = read(0);
  for (let at = 1; next !== undefined; at += 1) {
    const content = await next;
    next = read(at);
    yield content;
    doneBytes += content.length;
    onProgress({ doneBytes, totalBytes, bytesPerSecond: (1000 * doneBytes) / (performance.now() - startedAt) });
  }
}
