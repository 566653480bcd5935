import { UserError } from '../../common/system/errors.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { Change } from './plan.ts';

const namesAtOnce = 1000;

const folderOf = (path: string) => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.');

/** The changed files and folders that nobody may change (chattr(1): `i` immutable, `a` append only). */
export async function probeImmutable(io: ReadIo, root: AbsPath, changes: readonly Change[]): Promise<string[]> {
  const names = changes.flatMap(({ path, kind, reason }) => {
    const own = reason !== 'new' && (kind === 'file' || kind === 'dir') ? [path] : [];
    return [...own, folderOf(path)];
  });
  const all = [...new Set(names)].filter((name) => name.isWellFormed() && !name.includes('\n'));
  const found: string[] = [];
  for (let at = 0; at < all.length; at += namesAtOnce) {
    const paths = all.slice(at, at + namesAtOnce).map((name) => under(root, name));
    // Without e2fsprogs nobody can tell; filesystems without these attributes answer with an error for each name.
    const exit = await io.run({ argv: ['lsattr', '-d', '--', ...paths] }).catch(() => undefined);
    for (const line of exit?.stdout.split('\n') ?? []) {
      const [, flags = '', path] = /^([A-Za-z-]+) (\/.*)$/.exec(line) ?? [];
      if (path !== undefined && /[ia]/.test(flags)) found.push(path);
    }
  }
  return found;
}

const shownNames = 20;

/** Refuses an update that would fail at such files. */
export function checkImmutable(paths: readonly string[]): void {
  if (paths.length === 0) return;
  const some = paths.slice(0, shownNames).join(', ');
  const more = paths.length > shownNames ? ` and ${paths.length - shownNames} more` : '';
  throw new UserError(
    `the update must change what chattr has made unchangeable: ${some}${more}; nothing was changed`,
    'Allow the change (chattr -i -a FILE), or write the file into updateclient.local.exclude.',
  );
}
