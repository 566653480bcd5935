/** The head of an EFI program with this many bytes of certificates; 0 is an unsigned one. */
export function signedKernel(certificateBytes: number): Buffer {
  const bytes = Buffer.alloc(0x200);
  bytes.write('MZ');
  bytes.writeUInt32LE(0x40, 0x3c);
  bytes.write('PE\0\0', 0x40);
  bytes.writeUInt16LE(0x20b, 0x58);
  bytes.writeUInt32LE(certificateBytes, 0xec);
  return bytes;
}
