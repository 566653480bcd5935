import fs from 'node:fs/promises';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { type AbsPath, under } from '../../common/system/place.ts';
import { type BuildContext, runOrFail } from '../run.ts';

/** What kernel/configs.c of Linux puts around the gzipped .config, if the kernel has CONFIG_IKCONFIG. */
const start = Buffer.from('IKCFG_ST');
const end = Buffer.from('IKCFG_ED');

/** The .config inside an unpacked kernel; undefined if the kernel was compiled without CONFIG_IKCONFIG. */
export function configInside(kernel: Buffer): string | undefined {
  for (let at = kernel.indexOf(start); at >= 0; at = kernel.indexOf(start, at + 1)) {
    const to = kernel.indexOf(end, at);
    // The program that makes the kernel's own strings may leave the mark alone.
    if (to < 0 || kernel.readUInt16BE(at + start.length) !== 0x1f8b) continue;
    try {
      return gunzipSync(kernel.subarray(at + start.length, to)).toString();
    } catch {
      continue;
    }
  }
  return undefined;
}

/**
 * The compressed kernel inside a file that boots: payload_offset and payload_length of Documentation/arch/x86/boot.rst, or the header of
 * drivers/firmware/efi/libstub/zboot-header.S. A file of another form is the kernel itself.
 */
export function payloadOf(image: Buffer): Buffer {
  if (image.length >= 0x250 && image.toString('latin1', 0x202, 0x206) === 'HdrS') {
    const protectedMode = ((image[0x1f1] || 4) + 1) * 512;
    const from = protectedMode + image.readUInt32LE(0x248);
    return image.subarray(from, from + image.readUInt32LE(0x24c));
  }
  if (image.length >= 0x20 && image.toString('latin1', 4, 8) === 'zimg') {
    const from = image.readUInt32LE(8);
    return image.subarray(from, from + image.readUInt32LE(12));
  }
  return image;
}

/** The .config inside a kernel file; undefined if there is none, or if the file is packed by a method that few kernels use. */
export async function embeddedConfig(
  context: BuildContext,
  image: Buffer,
  cache: AbsPath,
): Promise<string | undefined> {
  const payload = payloadOf(image);
  // Linux appends the size of the unpacked kernel, 4 bytes, to all forms but gzip (scripts/Makefile.lib).
  const packed = payload.subarray(0, -4);
  const magic = payload.length > 8 ? payload.readUInt32BE(0) : 0;
  try {
    if (magic >>> 16 === 0x1f8b) return configInside(gunzipSync(payload));
    if (magic === 0x28b52ffd) return configInside(zstdDecompressSync(packed));
    if (magic === 0xfd377a58) return configInside(await unxz(context, packed, cache));
  } catch (error) {
    context.signal.throwIfAborted();
    context.say(`the kernel cannot be unpacked to look for its configuration: ${(error as Error).message}`);
    return undefined;
  }
  return configInside(payload);
}

async function unxz(context: BuildContext, packed: Buffer, cache: AbsPath): Promise<Buffer> {
  await fs.mkdir(cache, { recursive: true });
  const at = under(cache, `vmlinux.${process.pid}.tmp`);
  try {
    const command = { argv: ['xz', '-dc'] as const, stdin: packed, stdoutFile: at };
    await runOrFail(context, command, 'Unpacking the kernel');
    return await fs.readFile(at);
  } finally {
    await fs.rm(at, { force: true });
  }
}
