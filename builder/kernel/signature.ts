/**
 * True if a kernel carries a signature that UEFI Secure Boot may check; whose signature, the machine decides. An EFI program is a PE
 * file, whose data directory 4 tells where its certificates lie (PE format, "Optional Header Data Directories").
 */
export function isSigned(kernel: Buffer): boolean {
  if (kernel.length < 0x40 || kernel.toString('latin1', 0, 2) !== 'MZ') return false;
  const header = kernel.readUInt32LE(0x3c);
  const directories = header + 24 + 112;
  if (directories + 5 * 8 > kernel.length || kernel.toString('latin1', header, header + 4) !== 'PE\0\0') return false;
  // PE32+, as all 64-bit kernels are.
  if (kernel.readUInt16LE(header + 24) !== 0x20b) return false;
  return kernel.readUInt32LE(directories + 4 * 8 + 4) > 0;
}
