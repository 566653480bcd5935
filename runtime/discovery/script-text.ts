import { UserError } from '../../common/system/errors.ts';
import { textOf } from '../../common/system/text.ts';

/** A file of more bytes than this is no script: even a script with a large layout has only some 20 kB. */
export const maxScriptBytes = 1024 * 1024;

/** The text of a script, or a UserError if the bytes are no script. `where` names the file: `scripts/web1.sh on 10.0.0.2`. */
export function scriptText(bytes: Uint8Array, where: string): string {
  const refuse = (what: string, hint: string) => new UserError(`${where} ${what}`, hint);
  if (bytes.length > maxScriptBytes)
    throw refuse(`has ${bytes.length} bytes`, 'This is no script; look at the file on the image server.');
  if (bytes.includes(0)) throw refuse('holds a NUL byte', 'Save the file as plain text in UTF-8, not in UTF-16.');
  // An editor's byte order mark would hide the #! from the kernel.
  const text = textOf(bytes).replace(/^\ufeff/, '');
  if (text.trim() === '') throw refuse('is empty', 'Make the script anew with getimage or mkautoinstallscript.');
  if (/^\s*</.test(text)) throw refuse('is HTML or XML, no script', 'Look at the file on the image server.');
  if (text.includes('\r'))
    throw refuse('has line ends of Windows (CRLF)', "On the image server run: sed -i 's/\\r$//' FILE");
  return text;
}
