import { UserError } from '../system/errors.ts';
import { Blocks } from './blocks.ts';

/** One entry of a tar, as far as the check before unpacking needs it. Names are bytes as latin1. */
export type TarEntry = {
  /** Letter of the header (tar(5), pax(1)); `0` is a regular file, `1` a hard link, `2` a link. */
  type: string;
  name: string;
  /** For a hard link: another name in the tar. For a link: its target. */
  linkName: string;
  /** Keywords of the entry's pax header. */
  keywords: ReadonlyMap<string, string>;
};

const blockBytes = 512;
/** A pax header holds attributes of at most 64 KiB each (xattr(7)); several fit, and no archive can fill our memory. */
const longestHeaderBytes = 4 * 1024 ** 2;
/** Long names, by GNU tar, and pax headers: they describe the next entry. */
const describing = new Set(['L', 'K', 'x', 'g']);

const text = (block: Buffer, from: number, length: number) => {
  const field = block.subarray(from, from + length);
  const end = field.indexOf(0);
  return field.subarray(0, end < 0 ? length : end).toString('latin1');
};

/** A number: octal digits, or a binary number if the first bit is set (GNU tar, for 8 GiB and more). */
function number(block: Buffer, from: number, length: number): number {
  const first = block[from] ?? 0;
  if ((first & 0x80) === 0) return Number.parseInt(text(block, from, length).trim() || '0', 8);
  const bytes = [first & 0x7f, ...block.subarray(from + 1, from + length)];
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}

/** Records of a pax header: `LENGTH KEYWORD=VALUE\n`, with the length of the whole record in bytes (pax(1)). */
export function parsePax(raw: Buffer): Map<string, string> | undefined {
  const keywords = new Map<string, string>();
  const all = raw.toString('latin1');
  for (let at = 0; at < all.length; ) {
    const length = Number(/^\d+(?= )/.exec(all.slice(at, at + 20))?.[0]);
    const record = all.slice(at, at + length);
    const [, keyword, value] = /^\d+ ([^=]+)=([^]*)\n$/.exec(record) ?? [];
    if (!(length > 0) || record.length !== length || keyword === undefined || value === undefined) return undefined;
    keywords.set(keyword, value);
    at += length;
  }
  return keywords;
}

/** The sum of a header's bytes, in which the eight bytes of the sum itself count as blanks. */
export function sumOf(block: Buffer): number {
  let sum = 8 * 0x20;
  for (let at = 0; at < blockBytes; at += 1) if (at < 148 || at >= 156) sum += block[at] ?? 0;
  return sum;
}

/** A tar that ends too early. */
const tornTar = (file: string, { position }: Blocks) =>
  position === 0
    ? new UserError(`${file} is no tar: the file is shorter than the first header`, 'Is it the right file?')
    : new UserError(
        `${file} is torn: the file ends after ${position} bytes`,
        'Fetch the file again, or make the file again; nothing has been changed.',
      );

/** The entries of a tar in their order; their content is passed over. UserError if the file is torn or no tar. */
export async function* readHeaders(chunks: AsyncIterable<Buffer>, file: string): AsyncGenerator<TarEntry> {
  const blocks = new Blocks(chunks);
  for await (const { entry, bodyBytes } of readMembers(blocks, file)) {
    yield entry;
    if (bodyBytes > 0 && !(await blocks.skip(bodyBytes))) throw tornTar(file, blocks);
  }
  return blocks.drain();
}

/** A member of a tar: its entry, the blocks of its headers, and the length of the content behind them, with its padding. */
export type TarMember = { entry: TarEntry; head: Buffer[]; bodyBytes: number };

/**
 * The members of a tar in their order. The caller takes each content from `blocks` before it asks for the next member. After the
 * last member, `blocks` stands behind the two blocks of zeros that end a tar.
 */
export async function* readMembers(blocks: Blocks, file: string): AsyncGenerator<TarMember> {
  const torn = () => tornTar(file, blocks);
  const odd = (what: string) =>
    new UserError(
      `${file}: ${what} at byte ${blocks.position - blockBytes}`,
      'Is the file a tar? Nothing has been changed.',
    );
  let keywords = new Map<string, string>();
  let head: Buffer[] = [];
  for (;;) {
    const block = await blocks.take(blockBytes);
    if (!block) throw torn();
    if (block.every((byte) => byte === 0)) {
      // Two blocks of zeros end a tar; the bytes behind them only fill the last record.
      if (!(await blocks.take(blockBytes))) throw torn();
      return;
    }
    head.push(block);
    if (sumOf(block) !== number(block, 148, 8)) throw odd('no header of a tar');
    const type = block[156] === 0 ? '0' : text(block, 156, 1);
    const headerSize = number(block, 124, 12);
    const size = describing.has(type) ? headerSize : Number(keywords.get('size') ?? headerSize);
    if (!Number.isSafeInteger(size) || size < 0) throw odd('a size that is no number');
    const padded = Math.ceil(size / blockBytes) * blockBytes;
    if (describing.has(type)) {
      if (size > longestHeaderBytes) throw odd(`a header of ${size} bytes`);
      const raw = await blocks.take(padded);
      if (!raw) throw torn();
      head.push(raw);
      describe(type, raw.subarray(0, size), keywords, odd);
      continue;
    }
    // GNU's older form of sparse files: more of its map follows in blocks of their own.
    if (type === 'S')
      for (let isMore = block[482] !== 0; isMore; ) {
        const map = await blocks.take(blockBytes);
        if (!map) throw torn();
        head.push(map);
        isMore = map[504] !== 0;
      }
    // Types 2 to 6 (links, devices, directories, pipes) have no content, whatever the size says; a hard link (1) may have.
    const hasContent = !['1', '2', '3', '4', '5', '6'].includes(type) || (type === '1' && size > 0);
    yield { entry: entryOf(block, type, keywords), head, bodyBytes: hasContent ? padded : 0 };
    keywords = new Map();
    head = [];
  }
}

function describe(type: string, raw: Buffer, keywords: Map<string, string>, odd: (what: string) => UserError): void {
  const name = () => text(raw, 0, raw.length);
  const records =
    type === 'L' ? new Map([['path', name()]]) : type === 'K' ? new Map([['linkpath', name()]]) : parsePax(raw);
  if (!records) throw odd('a pax header that does not read');
  for (const [keyword, value] of records) {
    const isName = names.includes(keyword);
    if (isName && type === 'g') throw odd('a global header with a name for every entry');
    // Programs differ in which of two headers they believe.
    if (isName && keywords.has(keyword)) throw odd(`two headers with a ${keyword} for one entry`);
    if (type !== 'g') keywords.set(keyword, value);
  }
}
const names = ['path', 'linkpath', 'size', 'GNU.sparse.name'];

function entryOf(block: Buffer, type: string, keywords: ReadonlyMap<string, string>): TarEntry {
  // GNU tar has times where POSIX has a prefix for names (tar(5)).
  const prefix = text(block, 257, 8) === 'ustar' && block[263] === 0x30 ? text(block, 345, 155) : '';
  const short = text(block, 0, 100);
  return {
    type,
    // A sparse file goes by another name in its pax header (GNU tar manual, "Sparse Formats").
    name: keywords.get('GNU.sparse.name') ?? keywords.get('path') ?? (prefix === '' ? short : `${prefix}/${short}`),
    linkName: keywords.get('linkpath') ?? text(block, 157, 100),
    keywords,
  };
}
