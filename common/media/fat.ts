import { damaged, type Extent, type ReadAt, readWhole, type StoredFile } from './stored.ts';

/** A FAT filesystem: its label, its files by path, its size, and the bytes that files can still take. */
export type Fat = {
  label: string;
  files: Map<string, StoredFile>;
  bytes: number;
  clusterBytes: number;
  freeBytes: number;
};

/** The shape of a FAT, by its first sector (Microsoft's FAT specification of 2005, section 3). Sizes in bytes. */
type Shape = {
  clusterBytes: number;
  clusters: number;
  tableOffset: number;
  dataOffset: number;
  bits: 12 | 16 | 32;
  root: Extent | { cluster: number };
  bytes: number;
};

/** The files of the FAT that begins at byte `base`; undefined if none begins there. UserError if the FAT is damaged. */
export async function readFat(readMedium: ReadAt, base = 0): Promise<Fat | undefined> {
  const read: ReadAt = (offset, bytes) => readMedium(base + offset, bytes);
  const shape = shapeOf(Buffer.from(await read(0, 512)));
  if (!shape) return undefined;
  const tableBytes = Math.ceil(((shape.clusters + 2) * shape.bits) / 8);
  const table = await readWhole(read, { offset: shape.tableOffset, bytes: tableBytes }, 'the table of FAT');
  const next = nextOf(table, shape);
  const chain = (first: number, what: string): Extent[] => {
    const extents: { offset: number; bytes: number }[] = [];
    let count = 0;
    for (let cluster = first; cluster >= 2 && cluster < shape.clusters + 2; cluster = next(cluster)) {
      count += 1;
      if (count > shape.clusters) throw damaged(`${what} leads in a circle`);
      const offset = base + shape.dataOffset + (cluster - 2) * shape.clusterBytes;
      const last = extents.at(-1);
      if (last && last.offset + last.bytes === offset) last.bytes += shape.clusterBytes;
      else extents.push({ offset, bytes: shape.clusterBytes });
    }
    return extents;
  };

  const files = new Map<string, StoredFile>();
  const seen = new Set<number>();
  let label = '';
  const walk = async (folder: string, extents: readonly Extent[]) => {
    const what = `the folder /${folder} of FAT`;
    const start = extents[0]?.offset ?? 0;
    if (seen.has(start)) throw damaged(`${what} leads in a circle`);
    seen.add(start);
    const parts: Buffer[] = [];
    for (const extent of extents) parts.push(await readWhole(readMedium, extent, what));
    for (const one of entriesOf(Buffer.concat(parts))) {
      if (one.isLabel) {
        if (folder === '') label = one.name;
        continue;
      }
      const name = folder === '' ? one.name : `${folder}/${one.name}`;
      const held = chain(one.cluster, `/${name}`);
      if (one.isDir) await walk(name, held);
      else files.set(name, { name, bytes: one.bytes, extents: cut(held, one.bytes, name) });
    }
  };
  const { root } = shape;
  await walk(
    '',
    'cluster' in root ? chain(root.cluster, 'the root of FAT') : [{ ...root, offset: base + root.offset }],
  );
  let free = 0;
  for (let cluster = 2; cluster < shape.clusters + 2; cluster += 1) if (next(cluster) === 0) free += 1;
  const { bytes, clusterBytes } = shape;
  return { label, files, bytes, clusterBytes, freeBytes: free * clusterBytes };
}

function shapeOf(boot: Buffer): Shape | undefined {
  if (boot.length < 512 || boot.readUInt16LE(510) !== 0xaa55 || ![0xeb, 0xe9].includes(boot[0] ?? 0)) return undefined;
  const sector = boot.readUInt16LE(11);
  const perCluster = boot[13] ?? 0;
  const [reserved, tables, rootEntries] = [boot.readUInt16LE(14), boot[16] ?? 0, boot.readUInt16LE(17)];
  const sectors = boot.readUInt16LE(19) || boot.readUInt32LE(32);
  const perTable = boot.readUInt16LE(22) || boot.readUInt32LE(36);
  const isPower = (number: number) => number > 0 && (number & (number - 1)) === 0;
  if (![512, 1024, 2048, 4096].includes(sector) || !isPower(perCluster)) return undefined;
  if (reserved === 0 || tables === 0 || tables > 4 || perTable === 0) return undefined;
  const rootSectors = Math.ceil((rootEntries * 32) / sector);
  const rootSector = reserved + tables * perTable;
  const clusters = Math.floor((sectors - rootSector - rootSectors) / perCluster);
  if (clusters < 1) return undefined;
  const bits = clusters < 4085 ? 12 : clusters < 65_525 ? 16 : 32;
  // A table that is too small for its clusters cannot be right.
  if (perTable * sector * 8 < (clusters + 2) * bits) return undefined;
  return {
    clusterBytes: perCluster * sector,
    clusters,
    tableOffset: reserved * sector,
    dataOffset: (rootSector + rootSectors) * sector,
    bits,
    root:
      bits === 32 ? { cluster: boot.readUInt32LE(44) } : { offset: rootSector * sector, bytes: rootSectors * sector },
    bytes: sectors * sector,
  };
}

/** What the table says behind a cluster: the next one, 0 for a free cluster, or a number that is no cluster at the end. */
function nextOf(table: Buffer, { bits }: Shape): (cluster: number) => number {
  if (bits === 32) return (cluster) => table.readUInt32LE(cluster * 4) & 0xfffffff;
  if (bits === 16) return (cluster) => table.readUInt16LE(cluster * 2);
  return (cluster) => {
    const at = cluster + (cluster >> 1);
    const two = (table[at] ?? 0) + 256 * (table[at + 1] ?? 0);
    return cluster % 2 === 0 ? two & 0xfff : two >> 4;
  };
}

/** The first bytes of a chain of clusters: those that a file has. */
function cut(extents: readonly Extent[], bytes: number, name: string): Extent[] {
  let rest = bytes;
  const own = extents.flatMap(({ offset, bytes: all }) => {
    const take = Math.min(rest, all);
    rest -= take;
    return take > 0 ? [{ offset, bytes: take }] : [];
  });
  if (rest > 0) throw damaged(`/${name} on the FAT has fewer clusters than bytes`);
  return own;
}

type Entry = { name: string; isLabel: boolean; isDir: boolean; cluster: number; bytes: number };

/** The entries of a folder, with the long names that lie before the short ones. */
function entriesOf(folder: Buffer): Entry[] {
  const entries: Entry[] = [];
  let long = '';
  for (let at = 0; at + 32 <= folder.length; at += 32) {
    const one = folder.subarray(at, at + 32);
    const [first = 0, attributes = 0] = [one[0], one[11]];
    if (first === 0) break;
    if (first === 0xe5) long = '';
    else if ((attributes & 0x3f) === 0x0f)
      long =
        Buffer.concat([one.subarray(1, 11), one.subarray(14, 26), one.subarray(28, 32)]).toString('utf16le') + long;
    else {
      const name = long === '' ? shortName(one) : (long.split('\0')[0] ?? '');
      long = '';
      if (name === '.' || name === '..') continue;
      if (name === '' || name.includes('/')) throw damaged('a folder of the FAT holds a damaged name');
      const isLabel = (attributes & 0x08) !== 0;
      const cluster = one.readUInt16LE(26) + 65_536 * one.readUInt16LE(20);
      const label = one.toString('latin1', 0, 11).trimEnd();
      const isDir = (attributes & 0x10) !== 0;
      entries.push({ name: isLabel ? label : name, isLabel, isDir, cluster, bytes: one.readUInt32LE(28) });
    }
  }
  return entries;
}

/** NAME.EXT; byte 12 says of name and extension whether they are meant in small letters. */
function shortName(one: Buffer): string {
  const part = (from: number, to: number, bit: number) => {
    const text = one.toString('latin1', from, to).trimEnd();
    return ((one[12] ?? 0) & bit) === 0 ? text : text.toLowerCase();
  };
  const [name, extension] = [part(0, 8, 8), part(8, 11, 16)];
  return extension === '' ? name : `${name}.${extension}`;
}
