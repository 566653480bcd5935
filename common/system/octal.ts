import { bytesOf, textOf } from './text.ts';

/** Reads octal escapes, a backslash and three digits, of a text that holds one byte in each character (latin1). */
export function unescapeOctal(latin1: string): string {
  return latin1.replaceAll(/\\(?!000)([0-3][0-7]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}

/**
 * Reads a field of fstab(5), proc_pid_mountinfo(5) or proc_swaps(5). The kernel escapes more than fstab(5) needs, and any byte of
 * a character may be escaped.
 */
export function readField(text: string): string {
  return text.includes('\\') ? textOf(Buffer.from(unescapeOctal(bytesOf(text).toString('latin1')), 'latin1')) : text;
}

/** Writes a field of fstab(5). Escapes only the characters that every reader reads back, as addmntent(3) of glibc does. */
export function writeField(text: string): string {
  return text.replace(/[ \t\n\\]/g, (one) => `\\${one.charCodeAt(0).toString(8).padStart(3, '0')}`);
}
