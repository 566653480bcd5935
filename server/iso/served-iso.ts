import { createHash } from 'node:crypto';
import { closeSync, createReadStream, fstatSync, read as readFd } from 'node:fs';
import { promisify } from 'node:util';
import { findIsoSettings, type IsoSettings, isoPatches, type Patch } from '../../common/media/iso-settings.ts';
import type { ReadAt } from '../../common/media/stored.ts';
import { openPlain } from '../../common/system/files/open-plain.ts';
import type { Place } from '../../common/system/place.ts';

/** First and last byte, both included. */
type ByteRange = { first: number; last: number };

/** The ISO of one machine: the ISO of mkautoinstallcd with another local.cfg. */
export type MachineIso = {
  sizeBytes: number;
  /** Depends on the content alone: the same for the same ISO and the same local.cfg (RFC 9110, 8.8.3). */
  etag: string;
  /** SHA256SUMS of the ISO as mkautoinstallcd made it. */
  sumsText: string;
  bytes: (range: ByteRange) => AsyncGenerator<Buffer>;
};

/** What was found on an ISO; `looks` tells whether another file lies there by now. */
type Known = { looks: string; sizeBytes: number; settings: IsoSettings; content: string };

const readBytes = promisify(readFd);

/** The boot sectors and the volume descriptors lie before this byte (ECMA-119). */
const headBytes = 64 * 1024;

function looksOf(fd: number): string {
  const { dev, ino, size, mtimeMs } = fstatSync(fd);
  return [dev, ino, size, mtimeMs].join();
}

/** Opens ISOs for machines; remembers where each ISO has its settings. */
export function isoShelf(): (at: Place, localCfg: string) => Promise<MachineIso> {
  const known = new Map<string, Known>();
  return async (at, localCfg) => {
    const name = `${at.root}${at.path}`;
    const { fd } = openPlain(at);
    let found = known.get(name);
    try {
      if (found?.looks !== looksOf(fd)) {
        found = await lookInto(fd);
        known.set(name, found);
      }
    } finally {
      closeSync(fd);
    }
    const { looks, sizeBytes, settings, content } = found;
    const patches = isoPatches(settings, Buffer.from(localCfg));
    const hash = createHash('sha256').update(content);
    for (const { offset, bytes } of patches) hash.update(`${offset}\n`).update(bytes);
    return {
      sizeBytes,
      etag: `"${hash.digest('hex').slice(0, 32)}"`,
      sumsText: settings.sumsText,
      bytes: (range) => patchedBytes(at, looks, range, patches),
    };
  };
}

async function lookInto(fd: number): Promise<Known> {
  const read: ReadAt = async (offset, bytes) => {
    const buffer = Buffer.alloc(bytes);
    const { bytesRead } = await readBytes(fd, buffer, 0, bytes, offset);
    return buffer.subarray(0, bytesRead);
  };
  const settings = await findIsoSettings(read);
  const head = await read(0, headBytes);
  const content = createHash('sha256').update(head).update(settings.sumsText).digest('hex');
  return { looks: looksOf(fd), sizeBytes: fstatSync(fd).size, settings, content };
}

async function* patchedBytes(
  at: Place,
  looks: string,
  { first, last }: ByteRange,
  patches: readonly Patch[],
): AsyncGenerator<Buffer> {
  const { fd } = openPlain(at);
  const stream = createReadStream('', { fd, start: first, end: last });
  if (looksOf(fd) !== looks) {
    stream.destroy();
    throw new Error(`${at.path} was replaced while it was sent`);
  }
  let offset = first;
  for await (const piece of stream) {
    const bytes = piece as Buffer;
    patch(bytes, offset, patches);
    offset += bytes.length;
    yield bytes;
  }
}

/** Changes a piece that begins at byte `offset` of the ISO as the patches say. */
function patch(piece: Buffer, offset: number, patches: readonly Patch[]): void {
  for (const one of patches) {
    const from = Math.max(0, offset - one.offset);
    const to = Math.min(one.bytes.length, offset + piece.length - one.offset);
    if (from < to) one.bytes.copy(piece, one.offset + from - offset, from, to);
  }
}
