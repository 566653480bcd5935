import { crc32 } from 'node:zlib';
import { damaged, type ReadAt, readWhole } from './stored.ts';

/** A partition of a GUID partition table. `first` and `last`: its first and last sector. */
export type GptPartition = {
  type: string;
  guid: string;
  name: string;
  first: number;
  last: number;
  attributes?: bigint;
};

/** A GUID partition table (UEFI specification, section 5.3). */
export type Gpt = { sectorBytes: 512 | 4096; sectors: number; guid: string; partitions: GptPartition[] };

/** Types of partitions. */
export const partitionTypes = {
  esp: 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b',
  /** Microsoft basic data: Windows and macOS show it to people. */
  data: 'ebd0a0a2-b9e5-4433-87c0-68b6b72699c7',
  /** Linux filesystem data. */
  linux: '0fc63daf-8483-4772-8e79-3d69d8477de4',
} as const;

const [entryBytes, entryCount, headerBytes] = [128, 128, 92];
const tableBytes = entryBytes * entryCount;

/** The first sector behind the table, and the last before its copy at the end of the disk. */
export function usableSectors({ sectorBytes, sectors }: Pick<Gpt, 'sectorBytes' | 'sectors'>): [number, number] {
  const table = tableBytes / sectorBytes;
  return [2 + table, sectors - 2 - table];
}

/**
 * The bytes at the start of a disk (with the protective MBR, and `bootCode` of at most 440 bytes in it) and those at its end. The
 * second entry of the MBR is empty but active: some BIOSes start no disk without an active entry.
 */
export function printGpt(gpt: Gpt, bootCode: Uint8Array = Buffer.alloc(0)): { head: Buffer; tail: Buffer } {
  const { sectorBytes, sectors } = gpt;
  const table = Buffer.alloc(tableBytes);
  for (const [index, one] of gpt.partitions.entries()) {
    const entry = table.subarray(index * entryBytes, (index + 1) * entryBytes);
    guidBytes(one.type).copy(entry, 0);
    guidBytes(one.guid).copy(entry, 16);
    entry.writeBigUInt64LE(BigInt(one.first), 32);
    entry.writeBigUInt64LE(BigInt(one.last), 40);
    entry.writeBigUInt64LE(one.attributes ?? 0n, 48);
    entry.write(one.name.slice(0, 36), 56, 'utf16le');
  }
  const [firstUsable, lastUsable] = usableSectors(gpt);
  const header = (own: number, other: number, tableAt: number) => {
    const bytes = Buffer.alloc(sectorBytes);
    bytes.write('EFI PART', 0, 'latin1');
    bytes.writeUInt32LE(0x10000, 8);
    bytes.writeUInt32LE(headerBytes, 12);
    for (const [at, value] of [
      [24, own],
      [32, other],
      [40, firstUsable],
      [48, lastUsable],
      [72, tableAt],
    ] as const)
      bytes.writeBigUInt64LE(BigInt(value), at);
    guidBytes(gpt.guid).copy(bytes, 56);
    bytes.writeUInt32LE(entryCount, 80);
    bytes.writeUInt32LE(entryBytes, 84);
    bytes.writeUInt32LE(crc32(table), 88);
    bytes.writeUInt32LE(crc32(bytes.subarray(0, headerBytes)), 16);
    return bytes;
  };
  const mbr = Buffer.alloc(sectorBytes);
  mbr.set(bootCode.subarray(0, 440));
  mbr.set([0, 0, 2, 0, 0xee, 0xff, 0xff, 0xff], 446);
  mbr.writeUInt32LE(1, 454);
  mbr.writeUInt32LE(Math.min(sectors - 1, 0xffffffff), 458);
  mbr.set([0x80], 462);
  mbr.writeUInt16LE(0xaa55, 510);
  const last = sectors - 1;
  return {
    head: Buffer.concat([mbr, header(1, last, 2), table]),
    tail: Buffer.concat([table, header(last, 1, last - tableBytes / sectorBytes)]),
  };
}

/** The table of a disk with sectors of 512 or 4096 bytes; undefined if there is none. UserError if a sum in it is wrong. */
export async function readGpt(read: ReadAt): Promise<Gpt | undefined> {
  for (const sectorBytes of [512, 4096] as const) {
    const header = Buffer.from(await read(sectorBytes, headerBytes));
    if (header.length < headerBytes || header.toString('latin1', 0, 8) !== 'EFI PART') continue;
    const sum = header.readUInt32LE(16);
    header.writeUInt32LE(0, 16);
    const [count, bytes] = [header.readUInt32LE(80), header.readUInt32LE(84)];
    if (crc32(header) !== sum || bytes < entryBytes || count > 1024 || bytes > 4096)
      throw damaged('the GUID partition table of the medium is damaged');
    const at = Number(header.readBigUInt64LE(72)) * sectorBytes;
    const table = await readWhole(read, { offset: at, bytes: count * bytes }, 'the GUID partition table');
    if (crc32(table) !== header.readUInt32LE(88)) throw damaged('the GUID partition table of the medium is damaged');
    const entries = Array.from({ length: count }, (_, index) => table.subarray(index * bytes, (index + 1) * bytes));
    return {
      sectorBytes,
      sectors: Number(header.readBigUInt64LE(32)) + 1,
      guid: printGuid(header.subarray(56, 72)),
      partitions: entries
        .filter((entry) => entry.subarray(0, 16).some((byte) => byte !== 0))
        .map((entry) => ({
          type: printGuid(entry.subarray(0, 16)),
          guid: printGuid(entry.subarray(16, 32)),
          name: entry.toString('utf16le', 56, 128).split('\0')[0] ?? '',
          first: Number(entry.readBigUInt64LE(32)),
          last: Number(entry.readBigUInt64LE(40)),
          attributes: entry.readBigUInt64LE(48),
        })),
    };
  }
  return undefined;
}

/** The first three numbers of a GUID lie with their lowest byte first (UEFI specification, appendix A). */
function guidBytes(guid: string): Buffer {
  const bytes = Buffer.from(guid.replaceAll('-', ''), 'hex');
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}
function printGuid(bytes: Buffer): string {
  const text = guidBytes(bytes.toString('hex')).toString('hex');
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-');
}
