/** Offsets of the header of a bzImage: Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header". */
const [magicAt, versionAt, setupBytes] = [0x202, 0x20e, 0x200];

/** What `uname -r` will say of an x86 kernel; undefined where the file is no bzImage. */
export function kernelRelease(image: Buffer): string | undefined {
  if (image.length < versionAt + 2 || image.toString('latin1', magicAt, magicAt + 4) !== 'HdrS') return undefined;
  const at = image.readUInt16LE(versionAt) + setupBytes;
  return /^[\w.+~-]+/.exec(image.toString('latin1', at, at + 128))?.[0];
}
