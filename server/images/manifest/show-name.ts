import { isUtf8 } from 'node:buffer';

const octal = (byte: number) => `\\${byte.toString(8).padStart(3, '0')}`;

/** A name of latin1 bytes as people read it: bytes that are no text, or would move the cursor, become octal escapes. */
export function showName(latin1: string): string {
  const bytes = Buffer.from(latin1, 'latin1');
  const text = isUtf8(bytes)
    ? bytes.toString('utf8')
    : latin1.replaceAll(/[\x80-\xff]/g, (one) => octal(one.charCodeAt(0)));
  return text.replaceAll(/[\0-\x1f\x7f]/g, (one) => octal(one.charCodeAt(0)));
}

/** A path of an image as the machine will have it. */
export const showPath = (name: string) => `/${showName(name)}`;
