/** All that is compared of one file. Names are in latin1, one character a byte, because they need not be UTF-8. */
export type Entry = {
  /** As find(1) -printf %y: f d l b c p s. */
  type: string;
  mode: string;
  owner: string;
  /** Seconds since 1970 with their fraction, as find prints them. */
  mtime: string;
  sizeBytes: number;
  allocatedBytes: number;
  identity: string;
  nlink: number;
  target: string;
  device: string;
  sha256: string;
  /** Extended attributes, ACLs and capabilities among them: NAME=HEX lines, sorted. */
  attributes: string[];
};

export type Listing = Map<string, Entry>;

const fieldsOfFile = 11;

/** Reads what list-tree.sh prints. The path of the tree itself is ''. */
export function parseListing(raw: Buffer): Listing {
  const text = raw.toString('latin1');
  const files = fields(part(text, '=files\n', '\n=devices\n'));
  const listing: Listing = new Map();
  for (let at = 0; at + fieldsOfFile <= files.length; at += fieldsOfFile) {
    const [type, mode, uid, gid, size, mtime, identity, nlink, blocks, target, name] = files.slice(
      at,
      at + fieldsOfFile,
    );
    listing.set(name ?? '', {
      type: type ?? '',
      mode: mode ?? '',
      owner: `${uid}:${gid}`,
      mtime: mtime ?? '',
      sizeBytes: Number(size),
      allocatedBytes: Number(blocks) * 512,
      identity: identity ?? '',
      nlink: Number(nlink),
      target: target ?? '',
      device: '',
      sha256: '',
      attributes: [],
    });
  }
  const devices = fields(part(text, '\n=devices\n', '\n=sums\n'));
  for (let at = 0; at + 2 <= devices.length; at += 2)
    entryOf(listing, devices[at + 1] ?? '').device = devices[at] ?? '';
  for (const line of fields(part(text, '\n=sums\n', '\n=attributes\n')))
    entryOf(listing, line.slice(66)).sha256 = line.slice(0, 64);
  readAttributes(listing, text.slice(text.indexOf('\n=attributes\n') + '\n=attributes\n'.length));
  return listing;
}

function part(text: string, begin: string, end: string): string {
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0)
    throw new Error(`the listing lacks ${JSON.stringify(begin.trim())} or ${JSON.stringify(end.trim())}`);
  return text.slice(from + begin.length, to);
}

const fields = (text: string) => text.split('\0').slice(0, -1);

function entryOf(listing: Listing, name: string): Entry {
  const short = name === '.' ? '' : name.replace(/^\.\//, '');
  const entry = listing.get(short);
  if (!entry) throw new Error(`${JSON.stringify(name)} is in one part of the listing only: the tree changed meanwhile`);
  return entry;
}

/** XFS shows each ACL a second time, as it lies on the disk (Linux fs/xfs/xfs_xattr.c). */
const xfsAcl = /^trusted\.SGI_ACL_(FILE|DEFAULT)=/;

/** getfattr(1): `# file: NAME`, a line for each attribute, an empty line; odd bytes of a name are \ooo. */
function readAttributes(listing: Listing, text: string): void {
  let entry: Entry | undefined;
  for (const line of text.split('\n')) {
    if (line.startsWith('# file: ')) {
      const name = line
        .slice('# file: '.length)
        .replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
      entry = name === 'lost+found' ? undefined : entryOf(listing, name);
    } else if (line && entry && !xfsAcl.test(line)) entry.attributes = [...entry.attributes, line].sort();
  }
}

/** One listing of a tree that lies on several filesystems, each at a directory of the tree; '' is the root. */
export function joinListings(parts: readonly (readonly [dir: string, listing: Listing])[]): Listing {
  const whole: Listing = new Map();
  for (const [dir, listing] of parts)
    for (const [name, entry] of listing) {
      const place = [dir, name].filter(Boolean).join('/');
      whole.set(place, { ...entry, identity: `${dir}:${entry.identity}` });
    }
  return whole;
}
