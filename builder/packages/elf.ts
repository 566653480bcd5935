import { UserError } from '../../common/system/errors.ts';

// Parsed by hand: ldd(1) runs the program, so another architecture fails; readelf(1) would start for each of some hundred files.

/** What the dynamic loader reads of a program or library. */
export type ElfFacts = {
  /** Library names as written: libc.so.6. */
  needed: string[];
  /** DT_RUNPATH or DT_RPATH, as written. */
  runpaths: string[];
  /** The dynamic loader, for programs: /lib64/ld-linux-x86-64.so.2. */
  interpreter?: string;
};

/** elf.h: types of program headers and of dynamic entries. */
const ptLoad = 1;
const ptDynamic = 2;
const ptInterp = 3;
const dtNeeded = 1n;
const dtStrtab = 5n;
const dtRpath = 15n;
const dtRunpath = 29n;

type Segment = { type: number; offset: number; address: bigint; fileBytes: number };

/**
 * Reads a 64-bit little-endian ELF file (as on amd64 and arm64); undefined if `bytes` is no such file, UserError if `file`
 * is cut short or damaged.
 */
export function readElf(bytes: Buffer, file: string): ElfFacts | undefined {
  return isElf64(bytes) ? whole(file, () => readFacts(bytes)) : undefined;
}

function readFacts(bytes: Buffer): ElfFacts {
  const segments = readSegments(bytes);
  const interp = segments.find((one) => one.type === ptInterp);
  const dynamic = segments.find((one) => one.type === ptDynamic);
  const facts: ElfFacts = { needed: [], runpaths: [] };
  if (interp) facts.interpreter = textAt(bytes, interp.offset);
  if (!dynamic) return facts;
  const entries: { tag: bigint; value: bigint }[] = [];
  for (let at = dynamic.offset; at + 16 <= dynamic.offset + dynamic.fileBytes; at += 16)
    entries.push({ tag: bytes.readBigUInt64LE(at), value: bytes.readBigUInt64LE(at + 8) });
  const strtab = entries.find((one) => one.tag === dtStrtab)?.value ?? 0n;
  const load = segments.find(
    (one) => one.type === ptLoad && strtab >= one.address && strtab < one.address + BigInt(one.fileBytes),
  );
  if (!load) return facts;
  const strings = load.offset + Number(strtab - load.address);
  for (const { tag, value } of entries) {
    if (tag === dtNeeded) facts.needed.push(textAt(bytes, strings + Number(value)));
    if (tag === dtRunpath || tag === dtRpath) facts.runpaths.push(...textAt(bytes, strings + Number(value)).split(':'));
  }
  return facts;
}

/** The bytes of a section, as `.modinfo` of a kernel module; undefined if there is none. UserError as in {@link readElf}. */
export function elfSection(bytes: Buffer, name: string, file: string): Buffer | undefined {
  return isElf64(bytes) ? whole(file, () => findSection(bytes, name)) : undefined;
}

/** Offsets in a damaged file point beyond its end: a UserError says so. */
function whole<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new UserError(`${file} is cut short or damaged`, 'Fetch the file again, or move the file away.', { cause });
  }
}

function findSection(bytes: Buffer, name: string): Buffer | undefined {
  const table = Number(bytes.readBigUInt64LE(0x28));
  const entryBytes = bytes.readUInt16LE(0x3a);
  const count = bytes.readUInt16LE(0x3c);
  const section = (index: number) => {
    const at = table + index * entryBytes;
    return {
      name: bytes.readUInt32LE(at),
      offset: Number(bytes.readBigUInt64LE(at + 0x18)),
      sizeBytes: Number(bytes.readBigUInt64LE(at + 0x20)),
    };
  };
  const names = section(bytes.readUInt16LE(0x3e));
  for (let index = 0; index < count; index += 1) {
    const one = section(index);
    if (textAt(bytes, names.offset + one.name) === name) return bytes.subarray(one.offset, one.offset + one.sizeBytes);
  }
  return undefined;
}

/** e_ident: magic, ELFCLASS64, ELFDATA2LSB. */
const isElf64 = (bytes: Buffer) =>
  bytes.length > 64 && bytes.readUInt32BE(0) === 0x7f454c46 && bytes[4] === 2 && bytes[5] === 1;

function readSegments(bytes: Buffer): Segment[] {
  const table = Number(bytes.readBigUInt64LE(0x20));
  const entryBytes = bytes.readUInt16LE(0x36);
  return Array.from({ length: bytes.readUInt16LE(0x38) }, (_, index) => {
    const at = table + index * entryBytes;
    return {
      type: bytes.readUInt32LE(at),
      offset: Number(bytes.readBigUInt64LE(at + 8)),
      address: bytes.readBigUInt64LE(at + 16),
      fileBytes: Number(bytes.readBigUInt64LE(at + 32)),
    };
  });
}

function textAt(bytes: Buffer, at: number): string {
  const end = bytes.indexOf(0, at);
  return bytes.toString('utf8', at, end < 0 ? bytes.length : end);
}
