/** As find(1) -printf %y: a regular file, directory, link, block or character device, named pipe, socket. */
export type EntryType = 'f' | 'd' | 'l' | 'b' | 'c' | 'p' | 's';

/**
 * What a manifest holds of one entry of an image. Names, targets and attribute names are bytes written as latin1, one
 * character a byte, so that none is lost.
 */
export type ManifestEntry = {
  /** Relative to the image; '' is the image's own directory. */
  name: string;
  type: EntryType;
  mode: number;
  uid: number;
  gid: number;
  /** 0 for an entry that is no regular file. */
  sizeBytes: number;
  /** Nanoseconds since 1970, a decimal number. */
  mtime: string;
  ctime: string;
  ino: string;
  /** SHA-256 of a regular file in hexadecimal; `!` and the reason, as `!EIO`, if the file could not be read. */
  hash: string;
  /** Extended attributes, also ACLs and capabilities: `NAME=0xHEX`, long values as `NAME=sha256:HEX`, sorted, with commas. */
  attributes: string;
  /** The target of a link; MAJOR:MINOR of a device. */
  target: string;
  /** The first name of the same file, if this name is a further one (a hard link). */
  sameAs: string;
};

/** The order of names in a manifest: a directory before its content, names by their bytes. Negative, 0 or positive. */
export function compareNames(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)];
    // A slash ends a name, so it comes before every byte that goes on.
    if (left !== right) return left === slash ? -1 : right === slash ? 1 : left - right;
  }
  return a.length - b.length;
}
const slash = 0x2f;

/** Words for the differences of two entries of one name; empty if an installation of either gives the same. */
export function differencesOf(before: ManifestEntry, after: ManifestEntry): string[] {
  if (before.type !== after.type) return ['type'];
  const words: string[] = [];
  // The mode of a link means nothing (symlink(7)).
  if (before.mode !== after.mode && after.type !== 'l') words.push('mode');
  if (before.uid !== after.uid || before.gid !== after.gid) words.push('owner');
  if (before.sizeBytes !== after.sizeBytes) words.push('size');
  // A directory's time changes with every file that comes or goes, and those files are told themselves.
  if (before.mtime !== after.mtime && after.type !== 'd') words.push('time');
  if (before.hash !== after.hash) words.push('content');
  if (before.target !== after.target) words.push(after.type === 'l' ? 'target' : 'device');
  if (before.attributes !== after.attributes) words.push('attributes');
  if (before.sameAs !== after.sameAs) words.push('hard link');
  return words;
}

/** The values that change with each write to a file, unless the writer sets its times back. */
type FileTimes = Pick<ManifestEntry, 'ino' | 'sizeBytes' | 'mtime' | 'ctime'>;

/**
 * True if the kernel says that nobody wrote to the file: then its content must be the same, too. In a sealed image, hard links
 * come and go, which changes ctime, so ctime is ignored there.
 */
export function isUntouched(
  before: FileTimes,
  after: FileTimes,
  { isSealed = false }: { isSealed?: boolean } = {},
): boolean {
  return (
    before.ino === after.ino &&
    before.sizeBytes === after.sizeBytes &&
    before.mtime === after.mtime &&
    (isSealed || before.ctime === after.ctime)
  );
}
