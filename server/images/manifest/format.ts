import { unescapeOctal } from '../../../common/system/octal.ts';
import type { EntryType, ManifestEntry } from './entry.ts';

/**
 * manifests/NAME.manifest: a first line that names the fields, a line for each entry with tabs between its fields, and a last
 * line with the number of entries, without which the file is torn. A name stands at the end of its line, as bytes; a tab, a
 * newline or a backslash in a name is a backslash and three octal digits, as in fstab(5). The order is that of
 * {@link compareNames}, so that two manifests can be compared while they are read.
 */
export const firstLine =
  '# systemimager manifest 1: type mode uid gid bytes mtime-ns ctime-ns inode sha256 attributes target same-file-as name';

/** The last line. */
export const lastLine = (count: number) => `# ${count} entries`;

/** The number of entries that a last line tells; undefined for any other line. */
export function countOf(line: string): number | undefined {
  const [, count] = /^# (\d+) entries$/.exec(line) ?? [];
  return count === undefined ? undefined : Number(count);
}

const escape = (text: string) =>
  /[\t\n\\]/.test(text)
    ? text.replaceAll(/[\t\n\\]/g, (one) => `\\${one.charCodeAt(0).toString(8).padStart(3, '0')}`)
    : text;
const unescape = (text: string) => (text.includes('\\') ? unescapeOctal(text) : text);

/** The line of an entry, without its end. */
export function printEntry(entry: ManifestEntry): string {
  const { type, mode, uid, gid, sizeBytes, mtime, ctime, ino, hash, attributes, target, sameAs, name } = entry;
  const numbers = `${type}\t${mode.toString(8)}\t${uid}\t${gid}\t${sizeBytes}\t${mtime}\t${ctime}\t${ino}\t${hash}`;
  return `${numbers}\t${escape(attributes)}\t${escape(target)}\t${escape(sameAs)}\t${escape(name)}`;
}

const line = /^([fdlbcps])\t([0-7]+)\t(\d+)\t(\d+)\t(\d+)\t(-?\d+)\t(-?\d+)\t(\d+)\t([0-9a-f]{64}|!\w+|)\t/;
const textFields = 4;

/** Reads the line of an entry; undefined for any other line. */
export function parseEntry(text: string): ManifestEntry | undefined {
  const found = line.exec(text);
  if (!found) return undefined;
  const [whole, type, mode = '', uid, gid, size, mtime = '', ctime = '', ino = '', hash = ''] = found;
  const rest = text.slice(whole.length).split('\t');
  if (rest.length !== textFields) return undefined;
  const [attributes = '', target = '', sameAs = '', name = ''] = rest.map(unescape);
  return {
    name,
    type: type as EntryType,
    mode: Number.parseInt(mode, 8),
    uid: Number(uid),
    gid: Number(gid),
    sizeBytes: Number(size),
    mtime,
    ctime,
    ino,
    hash,
    attributes,
    target,
    sameAs,
  };
}
