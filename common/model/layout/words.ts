import { bytesOf, textOf } from '../../system/text.ts';

/** A KEY or KEY=VALUE; the value is undefined if there is no `=`. */
export type Word = { key: string; value?: string };

const pattern = /([A-Za-z0-9_.+@/-]+)(?:\s*=\s*(?:"([^"]*)"|([^\s,"]*)))?(?=[\s,]|$)/y;

/**
 * Splits `start= 2048, name="a b", bootable` at commas and blanks; sfdisk(8) writes a blank after `=`. With `atBlanks`
 * only blanks part words, so that values may hold commas. Undefined if a quote is open or a word has odd characters.
 */
export function splitWords(text: string, atBlanks = false): Word[] | undefined {
  const reader = atBlanks ? /([^\s="]+)(?:=(?:"([^"]*)"|([^\s"]*)))?(?=\s|$)/y : new RegExp(pattern);
  const gap = atBlanks ? /\s*/y : /[\s,]*/y;
  const words: Word[] = [];
  for (let at = 0; ; ) {
    gap.lastIndex = at;
    at += gap.exec(text)?.[0].length ?? 0;
    if (at >= text.length) return words;
    reader.lastIndex = at;
    const match = reader.exec(text);
    if (!match?.[1]) return undefined;
    const value = match[2] ?? match[3];
    words.push(value === undefined ? { key: match[1] } : { key: match[1], value });
    at = reader.lastIndex;
  }
}

/** The text without a comment: from a `#` that begins a word outside of quotes. */
export function withoutComment(text: string): string {
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '"') quoted = !quoted;
    if (text[at] === '#' && !quoted && (at === 0 || /\s/.test(text[at - 1] ?? ''))) return text.slice(0, at).trim();
  }
  return text.trim();
}

/** sfdisk writes odd bytes of a quoted value as \xNN (util-linux lib/mangle.c). */
export function unhex(text: string): string {
  if (!/\\x[0-9a-f]{2}/i.test(text)) return text;
  const bytes = text
    .split(/(\\x[0-9a-f]{2})/i)
    .map((part) => (/^\\x..$/.test(part) ? Buffer.from(part.slice(2), 'hex') : bytesOf(part)));
  return textOf(Buffer.concat(bytes));
}

/** A value between double quotes, as {@link splitWords} and sfdisk read it back. */
export function quoteValue(text: string): string {
  const safe = Array.from(bytesOf(text), (byte) =>
    byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x5c
      ? `\\x${byte.toString(16).padStart(2, '0')}`
      : String.fromCharCode(byte),
  );
  return `"${safe.join('')}"`;
}
