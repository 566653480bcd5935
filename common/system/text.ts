import { isUtf8 } from 'node:buffer';

/** A character of UTF-8 (Unicode, table 3-7), or else a byte outside of such characters; both as latin1. */
const characters =
  /[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|[\x80-\xff]/g;

/** In a text, each byte that is no UTF-8 becomes half of a pair of surrogates, which no UTF-8 holds (PEP 383). */
const escapeBase = 0xdc00;

/**
 * The text of bytes that may not be UTF-8: other people's files, names and output. Each byte that is no UTF-8 becomes one of
 * U+DC80 to U+DCFF, and {@link bytesOf} gives the same bytes back, so that an edit of a text leaves the rest unchanged.
 */
export function textOf(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isUtf8(buffer)) return buffer.toString('utf8');
  return buffer
    .toString('latin1')
    .replaceAll(characters, (one) =>
      one.length === 1
        ? String.fromCharCode(escapeBase + one.charCodeAt(0))
        : Buffer.from(one, 'latin1').toString('utf8'),
    );
}

/** The bytes of a text: UTF-8, and unchanged the bytes that {@link textOf} found to be no UTF-8. */
export function bytesOf(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text);
  const pieces = text.split(/([\udc80-\udcff]+)/u);
  // latin1 takes the low byte of each character.
  return Buffer.concat(pieces.map((piece, at) => Buffer.from(piece, at % 2 === 1 ? 'latin1' : 'utf8')));
}

/** A path for node:fs: bytes if the path is no UTF-8, because node:fs would change such a string. */
export const native = (at: string): string | Buffer => (at.isWellFormed() ? at : bytesOf(at));

/** Reads a text that comes in pieces; a character that is cut waits for its end. */
export class TextReader {
  private rest: Uint8Array = Buffer.alloc(0);

  add(piece: Uint8Array): string {
    const bytes = Buffer.concat([this.rest, piece]);
    const whole = bytes.length - cutBytes(bytes);
    this.rest = bytes.subarray(whole);
    return textOf(bytes.subarray(0, whole));
  }

  end(): string {
    return textOf(this.rest);
  }
}

/** How many bytes at the end belong to a character that is not complete. */
function cutBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= 3; back += 1) {
    const byte = bytes.at(-back) ?? 0;
    if (byte >= 0x80 && byte < 0xc0) continue;
    const length = byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    return length > back ? back : 0;
  }
  return 0;
}
