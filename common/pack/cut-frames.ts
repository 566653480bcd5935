import { Blocks } from './blocks.ts';
import { readMembers, sumOf, type TarMember } from './tar-headers.ts';

const mib = 1024 ** 2;
/** A frame ends at the first member that begins at or behind this length, and in the middle of a member at the greater one. */
export const frameBytes = { least: 16 * mib, most: 32 * mib } as const;

/** The uncompressed content of a frame, and the first member that begins in it: its name as bytes in latin1, and where it begins. */
export type RawFrame = { content: Buffer; first?: { name: string; at: number } };

/**
 * Cuts a tar into the contents of frames. Further, a frame begins with the first member below each folder at the top of the tar, so
 * that a reader who wants one folder reads no byte of the others.
 */
export async function* cutFrames(
  tar: AsyncIterable<Buffer>,
  what: string,
  limits = frameBytes,
): AsyncGenerator<RawFrame> {
  const blocks = new Blocks(tar);
  let pieces: Buffer[] = [];
  let bytes = 0;
  let first: RawFrame['first'];
  let top: string | undefined;
  const add = (piece: Buffer) => {
    pieces.push(piece);
    bytes += piece.length;
  };
  const ended = (): RawFrame => {
    const frame = { content: Buffer.concat(pieces), first };
    [pieces, bytes, first] = [[], 0, undefined];
    return frame;
  };
  for await (const member of readMembers(blocks, what)) {
    const { name } = member.entry;
    const folder = topOf(name);
    if (bytes >= limits.least || (bytes > 0 && folder !== top)) yield ended();
    top = folder;
    first ??= { name, at: bytes };
    for (const block of withoutPid(member)) add(block);
    for await (const piece of blocks.pieces(member.bodyBytes, (left) => Math.min(left, limits.most - bytes))) {
      add(piece);
      if (bytes >= limits.most) yield ended();
    }
  }
  // Two blocks of zeros end a tar (tar(5)). What tar adds to fill its last record is left out.
  add(Buffer.alloc(1024));
  yield ended();
}

/** The folder at the top of the tar in which a member lies. */
const topOf = (name: string) => name.replace(/^(\.\/)+/, '').split('/', 1)[0] ?? '';

/** Places in a header (tar(5)). */
const [nameBytes, sumAt, sumBytes] = [100, 148, 8] as const;

/**
 * The headers of a member. GNU tar puts its process number into the name of a sparse file that programs without knowledge of sparse
 * files show; the number is taken out, since two packs of the same tree shall be the same.
 */
function withoutPid({ head, entry }: TarMember): Buffer[] {
  const sparse = entry.keywords.get('GNU.sparse.name');
  const last = head.at(-1);
  if (sparse === undefined || last === undefined) return head;
  const header = Buffer.from(last);
  const [shown = ''] = header.subarray(0, nameBytes).toString('latin1').split('\0', 1);
  const name = shown.replace(/GNUSparseFile(\.\d*)?(\/.*)?$/s, `GNUSparseFile.0/${sparse.split('/').at(-1) ?? ''}`);
  header.fill(0, 0, nameBytes);
  header.write(name.slice(0, nameBytes), 'latin1');
  header.write(`${sumOf(header).toString(8).padStart(6, '0')}\0 `, sumAt, sumBytes, 'latin1');
  return [...head.slice(0, -1), header];
}
