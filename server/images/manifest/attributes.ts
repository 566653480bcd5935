import { createHash } from 'node:crypto';
import { UserError } from '../../../common/system/errors.ts';
import type { Io } from '../../../common/system/io.ts';
import { unescapeOctal } from '../../../common/system/octal.ts';
import type { AbsPath } from '../../../common/system/place.ts';

/** Longer values are replaced by their hash; an ACL of seven lines is shorter. */
const shownHexChars = 128;

/** Enough for some thousand names; the attributes of each are at most 64 KiB (xattr(7)), two digits a byte. */
const mostBytes = 512 * 1024 ** 2;

/** XFS shows each ACL a second time, as it lies on the disk (Linux fs/xfs/xfs_xattr.c). */
const seenTwice = /^trusted\.SGI_ACL_(FILE|DEFAULT)$/;

/** Commas and equals signs have a meaning in a manifest's field. */
const escape = (name: string) =>
  name.replaceAll(/[,=\\]/g, (one) => `\\${one.charCodeAt(0).toString(8).padStart(3, '0')}`);

/** Reads what `getfattr -d -m - -e hex` prints, as latin1: attributes by name, as a manifest has them. */
export function parseAttributes(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const part of text.split('\n\n')) {
    const [head = '', ...lines] = part.replace(/^\n+/, '').split('\n');
    if (!head.startsWith('# file: ')) continue;
    const words: string[] = [];
    for (const line of lines) {
      const [, name = '', hex = ''] = /^([^=]+)(?:=0x((?:[0-9a-f]{2})*))?$/.exec(line) ?? [];
      if (name === '' || seenTwice.test(name)) continue;
      const hash = () => `sha256:${createHash('sha256').update(hex, 'hex').digest('hex')}`;
      words.push(`${escape(unescapeOctal(name))}=${hex.length > shownHexChars ? hash() : `0x${hex}`}`);
    }
    if (words.length > 0) found.set(unescapeOctal(head.slice('# file: '.length)), words.sort().join(','));
  }
  return found;
}

/** The extended attributes of some names of a tree; those without any are left out. `scratch` is a file to write on. */
export async function readAttributes(
  io: Pick<Io, 'run' | 'read'>,
  root: AbsPath,
  names: readonly string[],
  scratch: AbsPath,
  signal?: AbortSignal,
): Promise<Map<string, string>> {
  // Node has no call for attributes, and passes names that are no text to a program only by standard input.
  const getfattr = ['getfattr', '-h', '-d', '-m', '-', '-e', 'hex', '--'];
  const stdin = Buffer.from(names.map((name) => `${name === '' ? '.' : name}\0`).join(''), 'latin1');
  const exit = await io.run(
    { argv: ['xargs', '-0', '-r', '-s', '1000000', ...getfattr], cwd: root, stdin, stdoutFile: scratch },
    signal ? { signal } : {},
  );
  signal?.throwIfAborted();
  const isMissing = exit.code === 127;
  const left = exit.stderr.split('\n').filter((line) => line !== '' && !line.endsWith('No such file or directory'));
  if (isMissing || (exit.code !== 0 && left.length > 0))
    throw new UserError(
      `the extended attributes in ${root} cannot be read: ${left[0] ?? exit.stderr.trim()}`,
      isMissing ? 'Install the package attr, which has getfattr.' : 'Look at that file.',
    );
  const found = parseAttributes(
    ((await io.read(scratch, { limitBytes: mostBytes })) ?? Buffer.alloc(0)).toString('latin1'),
  );
  const top = found.get('.');
  if (top !== undefined) found.set('', top);
  return found;
}
