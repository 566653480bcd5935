import { messageOf } from '../../common/system/errors.ts';
import { pipeline } from 'node:stream/promises';
import { Readable, Writable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { CpioNames } from './cpio-names.ts';

/** Packers by their first bytes; Documentation/admin-guide of the kernel, "initramfs buffer format", and lib/decompress.c. */
const packers: [string, string][] = [
  ['1f8b', 'gzip'],
  ['28b52ffd', 'zstd'],
  ['fd377a58', 'xz'],
  ['02214c18', 'lz4'],
  ['425a68', 'bzip2'],
  ['5d0000', 'lzma'],
  ['894c5a4f', 'lzo'],
];

/** Each piece takes a turn of another thread: as many of Node's 16 KiB take longer on a slow machine than the unpacking. */
const largePieces = { chunkSize: 512 * 1024 };
const unpackers: Record<string, () => NodeJS.ReadWriteStream> = {
  gzip: () => createGunzip(largePieces),
  zstd: () => createZstdDecompress(largePieces),
};

/** Names of all files, and texts of the configurations. `unread`: why names are missing, as the end of a sentence. */
export type InitramfsContent = { names: string[]; texts: Record<string, string>; unread?: string };

/** The paths of mdadm.conf(5), initramfs-tools(7) settings and dracut.cmdline(7) arguments in an initramfs. */
const configs =
  /^(?:\.\/)?(?:etc\/mdadm(?:\/mdadm)?\.conf|conf\/(?:conf\.d\/.+|(?:initramfs|param)\.conf)|etc\/cmdline\.d\/.+\.conf)$/;

/** An unpacked initramfs is smaller; the rest of a larger one is not read. */
const mostBytes = 8 * 1024 ** 3;

/**
 * Reads an initramfs: plain archives (early microcode) followed by a packed one. `unread` ends a sentence about an initramfs that
 * is damaged, or packed by neither gzip nor zstd. `keeps`: the small files whose text is wanted. Only one piece of the content is in memory at a time.
 */
export async function readInitramfs(
  data: Buffer,
  keeps = (name: string) => configs.test(name),
): Promise<InitramfsContent> {
  const cpio = new CpioNames(keeps);
  const { names, texts } = cpio;
  let rest = data;
  if (data.toString('latin1', 0, 5) === '07070')
    try {
      rest = data.subarray(data.length - cpio.add(data));
    } catch (error) {
      return { names, texts, unread: `is damaged (${messageOf(error)})` };
    }
  if (rest.length === 0)
    return cpio.isTorn ? { names, texts, unread: 'is damaged (it is cut short)' } : { names, texts };
  const start = rest.toString('hex', 0, 4);
  const packer = packers.find(([magic]) => start.startsWith(magic))?.[1] ?? 'something unknown';
  const unpack = unpackers[packer];
  if (!unpack) return { names, texts, unread: `is packed by ${packer}, which BOEL cannot read` };
  const inner = new CpioNames(keeps);
  let bytes = 0;
  const sink = new Writable({
    write(piece: Buffer, _, done) {
      try {
        bytes += piece.length;
        if (bytes > mostBytes) throw new Error(`more than ${mostBytes} bytes`);
        inner.add(piece);
        done();
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    },
  });
  const damaged = (what: string) => ({ ...both(cpio, inner), unread: `is damaged (${packer}: ${what})` });
  try {
    await pipeline(Readable.from(pieces(rest)), unpack(), sink);
  } catch (error) {
    // Zeros that pad the end of the file are no error; an archive that is cut short is.
    if (!inner.ended) return damaged(messageOf(error));
  }
  return inner.isTorn ? damaged('it is cut short') : both(cpio, inner);
}

const both = (first: CpioNames, second: CpioNames): InitramfsContent => ({
  names: [...first.names, ...second.names],
  texts: { ...first.texts, ...second.texts },
});

function* pieces(data: Buffer): Generator<Buffer> {
  const bytes = 256 * 1024;
  for (let at = 0; at < data.length; at += bytes) yield data.subarray(at, at + bytes);
}

/** Kernel modules among the names, without path and suffix, dashes as underscores. */
export function modulesAmong(names: readonly string[]): Set<string> {
  return new Set(names.flatMap((name) => moduleName(name) ?? []));
}

/** `kernel/drivers/ata/ahci.ko.xz` is ahci. */
export function moduleName(path: string): string | undefined {
  return /^(.+)\.ko(\.\w+)?$/.exec(path.slice(path.lastIndexOf('/') + 1))?.[1]?.replaceAll('-', '_');
}
