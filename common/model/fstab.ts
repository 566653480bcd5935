import path from 'node:path';
import { readField, writeField } from '../system/octal.ts';
import type { MountWish } from './layout.ts';

/** The six fields of a line, without escapes and quotes. */
type Fields = Omit<MountWish, 'line' | 'device'>;

/** A line of a file in the form of fstab(5). */
export type FstabLine = {
  number: number;
  /** The whole line without its newline. */
  raw: string;
  /** Undefined for an empty line, a comment, and one that lacks fields. */
  mount?: MountWish;
  /** Why mount(8) skips the line, as the end of a sentence about the line. */
  problem?: string;
};

const isNumber = (text: string) => /^[+-]?\d+$/.test(text);

/** The words between blanks and tabs, and where each begins. libmount removes a Windows line end, too. */
function wordsOf(raw: string): { text: string; at: number }[] {
  const words = [...raw.replace(/\r$/, '').matchAll(/[^ \t]+/g)];
  return words.map(({ 0: text, index: at }) => ({ text, at }));
}

/** The words before a comment; the second and the third word never begin a comment. */
function fieldsOf(raw: string): { text: string; at: number }[] {
  const words = wordsOf(raw);
  const comment = words.findIndex(
    ({ text }, at) => at !== 1 && at !== 2 && text.replace(/^\ufeff/, '').startsWith('#'),
  );
  return comment < 0 ? words : words.slice(0, comment);
}

/** The number that getmntent(3) reads from a field. */
function numberOf(text: string): number {
  const read = isNumber(text) ? Number(text) : 0;
  return Number.isSafeInteger(read) ? read : 0;
}

/**
 * Reads a line as getmntent(3) does, and so systemd before version 254: the number fields may hold other text, and text after the
 * sixth field is ignored. mount(8) skips lines with other text in place of a number.
 */
export function readFstabLine(raw: string, number: number): FstabLine {
  const [spec, dir, type, options = 'defaults', freq = '0', passno = '0'] = fieldsOf(raw).map(({ text }) =>
    readField(text),
  );
  if (spec === undefined) return { number, raw };
  if (dir === undefined || type === undefined) return { number, raw, problem: 'has fewer than three fields' };
  const mount = {
    line: number,
    // libblkid removes the quotes around a value, as in LABEL="x". A byte order mark comes from an editor, not from a name.
    spec: spec.replace(/^\ufeff/, '').replace(/^([A-Z]+=)(["'])(.*)\2$/s, '$1$3'),
    dir: dir.startsWith('/') ? path.posix.resolve(dir) : dir,
    type,
    options,
    freq: numberOf(freq),
    passno: numberOf(passno),
  };
  const odd = wordsOf(raw)
    .slice(4, 6)
    .find(({ text }) => !isNumber(text));
  if (raw.startsWith('\ufeff')) return { number, raw, mount, problem: 'begins with a byte order mark' };
  return { number, raw, mount, problem: odd ? `has ${JSON.stringify(odd.text)} in place of a number` : undefined };
}

/** All lines of a file. */
export function readFstab(text: string): FstabLine[] {
  const lines = text.replace(/\n$/, '').split('\n');
  return text === '' ? [] : lines.map((raw, at) => readFstabLine(raw, at + 1));
}

function valuesOf({ spec, dir, type, options, freq, passno }: Fields): string[] {
  return [spec, dir, type, options, String(freq), String(passno)];
}

/** A line of fstab(5) with these fields. */
export const printFstabLine = (fields: Fields): string => valuesOf(fields).map(writeField).join('\t');

/** The line with these fields. Unchanged fields, blanks and comments stay as they are written. */
export function editFstabLine(line: FstabLine & { mount: MountWish }, fields: Fields): string {
  const words = fieldsOf(line.raw).slice(0, 6);
  const [before, wanted] = [valuesOf(line.mount), valuesOf(fields)];
  const isNew = (at: number) => wanted[at] !== before[at];
  const lastNew = wanted.findLastIndex((_, at) => isNew(at));
  let text = line.raw.slice(0, words[0]?.at);
  for (const [at, word] of words.entries()) {
    const next = words[at + 1]?.at;
    text += isNew(at) ? writeField(wanted[at] ?? '') : word.text;
    if (next === undefined)
      text += wanted
        .slice(words.length, lastNew + 1)
        .map((one) => ` ${writeField(one)}`)
        .join('');
    text += line.raw.slice(word.at + word.text.length, next);
  }
  return text;
}
