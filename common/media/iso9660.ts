import { damaged, type Extent, type ReadAt, readWhole, type StoredFile } from './stored.ts';

const sectorBytes = 2048;

/** An ISO 9660 filesystem: its volume identifier, and its files by path. */
export type Iso = { label: string; files: Map<string, StoredFile> };

type DirRecord = { name: string; isDir: boolean; isContinued: boolean; extent: Extent };

/**
 * The files of an ISO 9660 filesystem (ECMA-119) that begins at byte 0, with the names of Rock Ridge (IEEE P1282) where there are
 * any; undefined if none begins there. UserError if a directory is damaged.
 */
export async function readIso(read: ReadAt): Promise<Iso | undefined> {
  // ECMA-119, 8.4: the primary volume descriptor is the first of those that begin at sector 16.
  const volume = Buffer.from(await read(16 * sectorBytes, sectorBytes));
  if (volume.length < sectorBytes || volume[0] !== 1 || volume.toString('latin1', 1, 6) !== 'CD001') return undefined;
  const files = new Map<string, StoredFile>();
  const seen = new Set<number>();
  const walk = async (folder: string, extent: Extent) => {
    const what = `the folder /${folder} of ISO 9660`;
    if (seen.has(extent.offset)) throw damaged(`${what} leads in a circle`);
    seen.add(extent.offset);
    let begun: StoredFile | undefined;
    for (const one of await readFolder(read, extent, what)) {
      const name = folder === '' ? one.name : `${folder}/${one.name}`;
      if (one.isDir) await walk(name, one.extent);
      else {
        const extents: Extent[] = [...(begun?.extents ?? []), one.extent];
        const file = { name, bytes: extents.reduce((sum, { bytes }) => sum + bytes, 0), extents };
        if (!one.isContinued) files.set(name, file);
        begun = one.isContinued ? file : undefined;
      }
    }
  };
  await walk('', extentOf(volume.subarray(156)));
  return { label: volume.toString('latin1', 40, 72).trimEnd(), files };
}

const extentOf = (record: Buffer): Extent => ({
  offset: record.readUInt32LE(2) * sectorBytes,
  bytes: record.readUInt32LE(10),
});

async function readFolder(read: ReadAt, extent: Extent, what: string): Promise<DirRecord[]> {
  if (extent.bytes > 64 * 1024 * 1024) throw damaged(`${what} has ${extent.bytes} bytes`);
  const content = await readWhole(read, extent, what);
  const records: DirRecord[] = [];
  for (let at = 0; at < content.length; ) {
    const length = content[at] ?? 0;
    // A record does not cross a sector: the rest of the sector is zero.
    if (length === 0) {
      at = (Math.floor(at / sectorBytes) + 1) * sectorBytes;
      continue;
    }
    const record = content.subarray(at, at + length);
    const nameBytes = record[32] ?? 0;
    if (length < 34 || record.length < length || nameBytes + 33 > length) throw damaged(`${what} is damaged`);
    at += length;
    const id = record.subarray(33, 33 + nameBytes);
    // 0 and 1 are the folder itself and the folder above it.
    if (nameBytes === 1 && (id[0] ?? 0) <= 1) continue;
    const flags = record[25] ?? 0;
    const name = (await rockRidgeName(read, record.subarray(33 + nameBytes + ((nameBytes + 1) % 2)))) ?? plainName(id);
    if (name === '' || name.includes('/') || name === '..') throw damaged(`${what} holds a damaged name`);
    const isDir = (flags & 2) !== 0;
    records.push({ name, isDir, isContinued: (flags & 0x80) !== 0, extent: extentOf(record) });
  }
  return records;
}

/** A name without Rock Ridge ends with a version, `;1`, and a dot if it has no extension. */
const plainName = (id: Buffer) => id.toString('latin1').replace(/;\d+$/, '').replace(/\.$/, '');

/** The name in the system use entries NM of a directory record, which may go on elsewhere (SUSP, CE). */
async function rockRidgeName(read: ReadAt, area: Buffer): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let rest: Buffer | undefined = area;
  for (let areas = 0; rest && areas < 8; areas += 1) {
    let next: Buffer | undefined;
    for (let at = 0; at + 4 <= rest.length; ) {
      const [sign, length] = [rest.toString('latin1', at, at + 2), rest[at + 2] ?? 0];
      if (length < 4 || at + length > rest.length) break;
      if (sign === 'NM' && length > 5) parts.push(rest.subarray(at + 5, at + length));
      if (sign === 'CE' && length >= 28) {
        const [block, skip, bytes] = [4, 12, 20].map((field) => rest?.readUInt32LE(at + field) ?? 0);
        if ((bytes ?? 0) <= sectorBytes)
          next = Buffer.from(await read((block ?? 0) * sectorBytes + (skip ?? 0), bytes ?? 0));
      }
      at += length;
    }
    rest = next;
  }
  return parts.length === 0 ? undefined : Buffer.concat(parts).toString('utf8');
}
