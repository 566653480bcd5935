import { gunzipSync } from 'node:zlib';
import { UserError } from '../../common/system/errors.ts';
import type { Architecture } from '../../common/boot/architectures.ts';

/** A kernel as boot programs load it. */
export type KernelImage = {
  architecture: Architecture;
  /** As `uname -r` prints it; undefined if the file does not tell. */
  version?: string;
  bytes: Buffer;
};

/** The magic numbers of gzip (RFC 1952) and of ELF. */
const isGzip = (bytes: Buffer) => bytes.length > 2 && bytes.readUInt16BE(0) === 0x1f8b;
const isElf = (bytes: Buffer) => bytes.length > 4 && bytes.readUInt32BE(0) === 0x7f454c46;

/** Reads the file of a kernel for any architecture, gzipped or not; undefined for another file, UserError for a 32-bit kernel. */
export function findKernelImage(file: string, content: Buffer): KernelImage | undefined {
  return readX86(file, content) ?? readArm64(unzip(file, content));
}

/** Reads the file of a kernel; UserError for a kernel that BOEL cannot boot. */
export function readKernelImage(file: string, content: Buffer, architecture: Architecture): KernelImage {
  const image = findKernelImage(file, content);
  if (!image) {
    const hint = isElf(content)
      ? 'This is an ELF file, as vmlinux. Name a file that boots: arch/x86/boot/bzImage, arch/arm64/boot/Image or /boot/vmlinuz-….'
      : 'Name the file of a kernel, as /boot/vmlinuz-….';
    throw new UserError(`${file} is no Linux kernel for amd64 or arm64`, hint);
  }
  if (image.architecture !== architecture)
    throw new UserError(
      `${file} is a kernel for ${image.architecture}, and this build is for ${architecture}`,
      `Name another kernel, or build with --arch ${image.architecture}.`,
    );
  return image;
}

/**
 * The setup header of Documentation/arch/x86/boot.rst: 0xAA55 at 0x1fe, `HdrS` at 0x202, its version at 0x206, kernel_version
 * at 0x20e (counted from 0x200), and in xloadflags at 0x236, since 2.12, whether there is a 64-bit entry.
 */
function readX86(file: string, bytes: Buffer): KernelImage | undefined {
  if (bytes.length < 0x240 || bytes.readUInt16LE(0x1fe) !== 0xaa55) return undefined;
  if (bytes.toString('latin1', 0x202, 0x206) !== 'HdrS') return undefined;
  if (bytes.readUInt16LE(0x206) < 0x20c || (bytes.readUInt16LE(0x236) & 1) === 0)
    throw new UserError(`${file} is a 32-bit kernel`, "BOEL's programs are 64-bit: name a kernel for x86_64.");
  const at = bytes.readUInt16LE(0x20e) + 0x200;
  return known('amd64', bytes, bytes.toString('latin1', at, bytes.indexOf(0, at)).split(' ')[0]);
}

/** Documentation/arch/arm64/booting.rst: `ARM\x64` at 0x38. Packed for EFI: `MZ`, then `zimg` (drivers/firmware/efi/libstub/zboot-header.S). */
function readArm64(bytes: Buffer): KernelImage | undefined {
  if (bytes.length < 0x40) return undefined;
  const isImage = bytes.toString('latin1', 0x38, 0x3c) === 'ARM\x64';
  const isPacked = bytes.toString('latin1', 0, 2) === 'MZ' && bytes.toString('latin1', 4, 8) === 'zimg';
  if (!isImage && !isPacked) return undefined;
  const banner = Buffer.from('Linux version ');
  const at = bytes.indexOf(banner);
  const text = at < 0 ? '' : bytes.toString('latin1', at + banner.length, at + banner.length + 64);
  return known('arm64', bytes, /^\S+(?= )/.exec(text)?.[0]);
}

const known = (architecture: Architecture, bytes: Buffer, version: string | undefined): KernelImage => ({
  architecture,
  bytes,
  version: version || undefined,
});

/** Unpacks gzip, because boot programs for arm64 need an unpacked kernel. */
function unzip(file: string, bytes: Buffer): Buffer {
  if (!isGzip(bytes)) return bytes;
  try {
    return gunzipSync(bytes);
  } catch (error) {
    throw new UserError(`${file} is a damaged gzip file`, 'Copy it again.', { cause: error });
  }
}
