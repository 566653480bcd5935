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

const unpackers: Record<string, () => NodeJS.ReadWriteStream> = { gzip: createGunzip, zstd: createZstdDecompress };

/**
 * The names of the files in an initramfs: plain archives (early microcode) followed by a packed one. `unread` names the
 * packer where it is none of gzip and zstd. Only one piece of the content is in memory at a time.
 */
export async function readInitramfs(data: Buffer): Promise<{ names: string[]; unread?: string }> {
  const cpio = new CpioNames();
  let rest = data;
  if (data.toString('latin1', 0, 5) === '07070') rest = data.subarray(data.length - cpio.add(data));
  if (rest.length === 0 || (rest === data && cpio.names.length > 0)) return { names: cpio.names };
  const start = rest.toString('hex', 0, 4);
  const packer = packers.find(([magic]) => start.startsWith(magic))?.[1] ?? 'something unknown';
  const unpack = unpackers[packer];
  if (!unpack) return { names: cpio.names, unread: packer };
  const inner = new CpioNames();
  const sink = new Writable({
    write(piece: Buffer, _, done) {
      try {
        inner.add(piece);
        done();
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    },
  });
  try {
    await pipeline(Readable.from(pieces(rest)), unpack(), sink);
  } catch (error) {
    // Zeros that pad the end of the file are no error; an archive that is cut short is.
    if (!inner.ended) return { names: [...cpio.names, ...inner.names], unread: `damaged ${packer} (${String(error)})` };
  }
  return { names: [...cpio.names, ...inner.names] };
}

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
  return /([^/]+)\.ko(\.\w+)?$/.exec(path)?.[1]?.replaceAll('-', '_');
}
