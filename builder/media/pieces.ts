import fs, { type FileHandle } from 'node:fs/promises';
import { UserError } from '../../common/system/errors.ts';
import type { AbsPath } from '../../common/system/place.ts';
import { type BuildContext, runOrFail } from '../run.ts';
import { readHandle } from './read-handle.ts';
import type { Target } from './check-device.ts';

/** A part of a medium: the bytes from byte `offset` on, in memory or in a file. Between the parts, nothing is written. */
export type Piece = { offset: number } & ({ content: Uint8Array } | { from: AbsPath });

const stepBytes = 1024 * 1024;

/** All bytes of the pieces in steps of at most 1 MiB; only one step is in memory. */
async function* steps(pieces: readonly Piece[]): AsyncGenerator<{ offset: number; bytes: Uint8Array }> {
  for (const piece of pieces) {
    if ('content' in piece) {
      for (let at = 0; at < piece.content.length; at += stepBytes)
        yield { offset: piece.offset + at, bytes: piece.content.subarray(at, at + stepBytes) };
      continue;
    }
    await using file = await fs.open(piece.from);
    const read = readHandle(file);
    for (let at = 0; ; at += stepBytes) {
      const bytes = await read(at, stepBytes);
      if (bytes.length > 0) yield { offset: piece.offset + at, bytes };
      if (bytes.length < stepBytes) break;
    }
  }
}

async function totalBytes(pieces: readonly Piece[]): Promise<number> {
  const sizes = pieces.map(async (one) => ('content' in one ? one.content.length : (await fs.stat(one.from)).size));
  return (await Promise.all(sizes)).reduce((sum, one) => sum + one, 0);
}

/** Says how far reading or writing is, in tenths, if there is much to do. */
export function tellerOf(
  say: (line: string) => void,
  what: string,
  total: number,
  much = 16 * stepBytes,
): (bytes: number) => void {
  let [done, said] = [0, 0];
  return (bytes) => {
    done += bytes;
    const tenths = Math.floor((done / total) * 10);
    if (tenths > said && total > much) say(`${what}: ${tenths * 10} %`);
    said = tenths;
  };
}

/** Writes the pieces into an open file; a new file keeps holes where bytes are zero. */
async function writePieces(
  context: BuildContext,
  file: FileHandle,
  pieces: readonly Piece[],
  { name, isNew }: { name: string; isNew: boolean },
): Promise<void> {
  let end = 0;
  const tell = tellerOf((line) => context.say(line), `Writing ${name}`, await totalBytes(pieces));
  for await (const { offset, bytes } of steps(pieces)) {
    context.signal.throwIfAborted();
    if (!isNew || bytes.some((byte) => byte !== 0)) await file.write(bytes, 0, bytes.length, offset);
    end = Math.max(end, offset + bytes.length);
    tell(bytes.length);
  }
  if (isNew) await file.truncate(end);
  await file.sync();
}

/** Writes an image file, whole or not at all. */
export async function writeImage(
  context: BuildContext,
  to: AbsPath,
  pieces: readonly Piece[],
  mode = 0o644,
): Promise<void> {
  const temporary: AbsPath = `${to}.${process.pid}.tmp`;
  try {
    {
      await using file = await fs.open(temporary, 'w', mode);
      await writePieces(context, file, pieces, { name: to, isNew: true });
    }
    await fs.rename(temporary, to);
  } finally {
    await fs.rm(temporary, { force: true });
  }
}

/** Writes a medium, and reads it back: bytes that a worn medium did not keep are an error here, not at the machine. */
export async function writeDevice(
  context: BuildContext,
  { device, node }: Target,
  pieces: readonly Piece[],
): Promise<void> {
  const total = await totalBytes(pieces);
  const failed = (what: string) => (error: Error) => {
    if (error.name === 'AbortError') throw error;
    throw new UserError(`${what} ${device} failed: ${error.message}`, 'Take another medium; this one may be worn.');
  };
  context.say(`Writing ${total} bytes to ${device}`);
  {
    await using file = await fs.open(node, 'r+').catch(failed('Opening'));
    await writePieces(context, file, pieces, { name: device, isNew: false }).catch(failed('Writing'));
  }
  // Else the memory of this machine would answer, and not the medium.
  await runOrFail(context, { argv: ['blockdev', '--flushbufs', node] }, `Flushing ${device}`);
  context.say(`Reading ${device} back`);
  await using file = await fs.open(node).catch(failed('Opening'));
  const read = readHandle(file);
  const tell = tellerOf((line) => context.say(line), `Reading ${device} back`, total);
  for await (const { offset, bytes } of steps(pieces)) {
    context.signal.throwIfAborted();
    const back = await read(offset, bytes.length).catch(failed('Reading'));
    if (Buffer.compare(back, bytes) !== 0)
      throw new UserError(
        `${device} gives other bytes than were written, from byte ${offset} on`,
        'Take another medium; this one may be worn.',
      );
    tell(bytes.length);
  }
}
