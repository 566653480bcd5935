import fs from 'node:fs';
import type { EntryType, ManifestEntry } from './entry.ts';

const join = (dir: string, name: string) => (dir === '' ? name : `${dir}/${name}`);
const backwards = (a: string, b: string) => (a < b ? 1 : a > b ? -1 : 0);

function typeOf(stat: fs.BigIntStats): EntryType {
  if (stat.isFile()) return 'f';
  if (stat.isDirectory()) return 'd';
  if (stat.isSymbolicLink()) return 'l';
  if (stat.isBlockDevice()) return 'b';
  if (stat.isCharacterDevice()) return 'c';
  return stat.isFIFO() ? 'p' : 's';
}

/** Splits a device number as gnu_dev_major(3) and gnu_dev_minor(3) do. */
function printDevice(rdev: bigint): string {
  const major = ((rdev >> 8n) & 0xfffn) | ((rdev >> 32n) & ~0xfffn);
  const minor = (rdev & 0xffn) | ((rdev >> 12n) & ~0xffn);
  return `${major}:${minor}`;
}

/** Names in a directory, the last first; none if the directory is gone by now. */
function namesIn(at: Buffer): string[] {
  try {
    return fs.readdirSync(at, { encoding: 'latin1' }).sort(backwards);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** What lstat(2) tells of an entry; content and attributes come later. */
function entryOf(at: Buffer, name: string, stat: fs.BigIntStats): ManifestEntry {
  const type = typeOf(stat);
  return {
    name,
    type,
    mode: Number(stat.mode) & 0o7777,
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    sizeBytes: type === 'f' ? Number(stat.size) : 0,
    mtime: String(stat.mtimeNs),
    ctime: String(stat.ctimeNs),
    ino: String(stat.ino),
    hash: '',
    attributes: '',
    target:
      type === 'l'
        ? fs.readlinkSync(at, { encoding: 'latin1' })
        : type === 'b' || type === 'c'
          ? printDevice(stat.rdev)
          : '',
    sameAs: '',
  };
}

/**
 * Every entry of a tree in a manifest's order, without content and attributes. It holds only the names in the directories on
 * the way down. A filesystem that is mounted inside the tree (a forgotten /proc) does not belong to the tree.
 */
export function* listTree(root: string): Generator<{ entry: ManifestEntry; names: number }> {
  const top = Buffer.from(root);
  const stat = fs.lstatSync(top, { bigint: true });
  const device = stat.dev;
  yield { entry: entryOf(top, '', stat), names: 1 };
  const way = [{ dir: '', left: namesIn(top) }];
  for (let here = way.at(-1); here; here = way.at(-1)) {
    const last = here.left.pop();
    if (last === undefined) {
      way.pop();
      continue;
    }
    const name = join(here.dir, last);
    const at = Buffer.concat([top, Buffer.from(`/${name}`, 'latin1')]);
    const found = fs.lstatSync(at, { bigint: true, throwIfNoEntry: false });
    if (!found || (found.isDirectory() && found.dev !== device)) continue;
    yield { entry: entryOf(at, name, found), names: found.isDirectory() ? 1 : Number(found.nlink) };
    if (found.isDirectory()) way.push({ dir: name, left: namesIn(at) });
  }
}
