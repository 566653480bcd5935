import cpio from 'cpio-stream';
import { buffer } from 'node:stream/consumers';
import type { AbsPath } from '../system/place.ts';

/** One member of an initrd archive. */
export type CpioMember = { at: AbsPath; mode: number } & (
  | { kind: 'file'; content: Uint8Array }
  | { kind: 'link'; target: string }
  | { kind: 'dir' }
);

/** The length of a newc header before the name (Documentation/driver-api/early-userspace/buffer-format.rst). */
const newcHeaderBytes = 110;
/** Archives are appended to each other at multiples of this, as cpio(1) writes them. */
const blockBytes = 512;

/**
 * Packs members into an archive that Linux unpacks (format newc): owner root, time 0, names counted in bytes, and
 * filled up so that another archive may follow. Linux loses a member whose directory does not come before it:
 * `withFolders` adds the directories.
 */
export async function packCpio(members: readonly CpioMember[]): Promise<Buffer> {
  const pack = cpio.pack({ format: 'newc' });
  countNamesInBytes(pack);
  const packed = buffer(pack);
  for (const member of members) {
    const header = {
      name: member.at.slice(1),
      mode: member.mode,
      uid: 0,
      gid: 0,
      mtime: new Date(0),
      // Without these numbers, the packer would make up others.
      dev: 1,
      rdev: 0,
    };
    if (member.kind === 'file') pack.entry({ ...header, type: 'file', nlink: 1 }, Buffer.from(member.content));
    else if (member.kind === 'dir') pack.entry({ ...header, type: 'directory', nlink: 2 });
    else pack.entry({ ...header, type: 'symlink', nlink: 1, linkname: member.target });
  }
  pack.finalize();
  return padTo(await packed, blockBytes);
}

/** Members with every directory above them, in the order in which Linux can unpack them. */
export function withFolders(members: readonly CpioMember[]): CpioMember[] {
  const all = new Map<AbsPath, CpioMember>();
  for (const member of members) {
    const names = member.at.split('/').slice(1, -1);
    for (let count = 1; count <= names.length; count += 1) {
      const at: AbsPath = `/${names.slice(0, count).join('/')}`;
      if (!all.has(at)) all.set(at, { kind: 'dir', at, mode: 0o755 });
    }
    all.set(member.at, member);
  }
  return [...all.values()].sort((a, b) => (a.at < b.at ? -1 : 1));
}

/** cpio-stream writes a name's length in UTF-16 units; Linux panics if this length is not the number of bytes. */
function countNamesInBytes(pack: cpio.Pack): void {
  /* oxlint-disable no-underscore-dangle -- the packer has no other door to its headers */
  const encode = pack._encode;
  pack._encode = (header) => {
    const bytes = Buffer.from(header.name);
    const encoded = encode({ ...header, name: 'x'.repeat(bytes.length) });
    bytes.copy(encoded, newcHeaderBytes);
    return encoded;
  };
}

function padTo(bytes: Buffer, multiple: number): Buffer {
  const rest = bytes.length % multiple;
  return rest === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(multiple - rest)]);
}
