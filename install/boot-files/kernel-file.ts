import { constants, gunzipSync } from 'node:zlib';

/** Processors in the words of Node's process.arch: by e_machine of elf(5), and by the Machine field of Microsoft's PE format. */
const elfMachines: Record<number, string> = {
  3: 'ia32',
  20: 'ppc',
  21: 'ppc64',
  22: 's390x',
  40: 'arm',
  62: 'x64',
  183: 'arm64',
  243: 'riscv64',
  258: 'loong64',
};
const peMachines: Record<number, string> = {
  0x014c: 'ia32',
  0x01c2: 'arm',
  0x5064: 'riscv64',
  0x6264: 'loong64',
  0x8664: 'x64',
  0xaa64: 'arm64',
};

/** xloadflags came with this version of the boot protocol: Documentation/arch/x86/boot.rst. */
const flagsSince = 0x20c;
/** This many bytes at the start of a kernel's file tell its processor. */
export const kernelHeadBytes = 64 * 1024;

/** Documentation/arch/x86/boot.rst, arch/arm64/booting.rst, arch/riscv/boot-image-header.rst of Linux; zImage of 32-bit arm. */
const magics: [at: number, magic: string, machine: string][] = [
  [0x38, '41524d64', 'arm64'],
  [0x38, '52534305', 'riscv64'],
  [0x24, '18286f01', 'arm'],
];

/** The processor that a program in ELF is for (elf(5)); undefined if the file is something else. */
export function elfMachine(program: Buffer): string | undefined {
  if (program.subarray(0, 4).toString('hex') !== '7f454c46' || program.length < 20) return undefined;
  return elfMachines[program[5] === 2 ? program.readUInt16BE(18) : program.readUInt16LE(18)];
}

/** The processor that a kernel's file is for; undefined if the file does not tell. */
export function kernelMachine(image: Buffer): string | undefined {
  const has = (at: number, hex: string) => image.subarray(at, at + hex.length / 2).toString('hex') === hex;
  if (has(0, '7f454c46')) return elfMachine(image);
  if (has(0x202, '48647253') && image.length > 0x238) {
    if (image.readUInt16LE(0x206) < flagsSince) return undefined;
    return image.readUInt16LE(0x236) & 1 ? 'x64' : 'ia32';
  }
  const magic = magics.find(([at, hex]) => has(at, hex));
  if (magic) return magic[2];
  if (has(0, '4d5a') && image.length > 0x40) {
    const at = image.readUInt32LE(0x3c);
    return at + 6 <= image.length && has(at, '50450000') ? peMachines[image.readUInt16LE(at + 4)] : undefined;
  }
  if (!has(0, '1f8b')) return undefined;
  try {
    const head = gunzipSync(image.subarray(0, kernelHeadBytes), { finishFlush: constants.Z_SYNC_FLUSH });
    return head.subarray(0, 2).toString('hex') !== '1f8b' ? kernelMachine(head) : undefined;
  } catch {
    return undefined;
  }
}

/** True if a machine can start a kernel or a program for this processor; 64-bit x86 processors start those for 32 bits, too. */
export const runsOn = (file: string, machine: string): boolean =>
  file === machine || (file === 'ia32' && machine === 'x64');

/** Offsets of the header of a bzImage: Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header". */
const [magicAt, versionAt, setupBytes] = [0x202, 0x20e, 0x200];

/** The release of an x86 kernel, as `uname -r` will print it; undefined if the file is no bzImage. */
export function kernelRelease(image: Buffer): string | undefined {
  if (image.length < versionAt + 2 || image.toString('latin1', magicAt, magicAt + 4) !== 'HdrS') return undefined;
  const at = image.readUInt16LE(versionAt) + setupBytes;
  return /^[\w.+~-]+/.exec(image.toString('latin1', at, at + 128))?.[0];
}
