import path from 'node:path';
import { UserError } from './errors.ts';

/** An absolute path, as the running kernel sees it. */
export type AbsPath = `/${string}`;

/** A path that is looked up inside `root` as chroot(2) would: no link leads out of it. */
export type Place = { root: AbsPath; path: AbsPath };

/** Where a file lies: as the kernel finds it from here, or below a root that no link leads out of. */
export type At = AbsPath | Place;

/** What {@link resolvePlace} must know of the filesystem: the target of a link, or undefined when `at` is no link. */
export type ReadLink = (at: AbsPath) => Promise<string | undefined>;

/** Checks that `text` is absolute and holds no NUL, and normalises it. */
export function absPath(text: string): AbsPath {
  if (!text.startsWith('/') || text.includes('\0'))
    throw new UserError(`${JSON.stringify(text)} is not an absolute path`, 'Give a path that starts with a slash.');
  return path.posix.normalize(text) as AbsPath;
}

/** Joins names below an absolute path. */
export function under(base: AbsPath, ...names: string[]): AbsPath {
  return path.posix.join(base, ...names) as AbsPath;
}

/** A place in the machine's own root. */
export function here(at: AbsPath): Place {
  return { root: '/', path: at };
}

/** How a place is shown to people: the path it has outside of its root. */
export function printPlace(at: At): AbsPath {
  return typeof at === 'string' ? at : under(at.root, at.path);
}

/** The most links that the kernel follows in one look-up (path_resolution(7)). */
export const maxLinks = 40;

/**
 * Finds the real path of a place. Every component is resolved inside the root: a link to `/etc` inside `/a` means `/a/etc`,
 * and `..` never rises above the root. The last component is followed only with `followLast`.
 */
export async function resolvePlace(place: Place, readLink: ReadLink, followLast = false): Promise<AbsPath> {
  let todo = place.path.split('/').filter(Boolean);
  const done: string[] = [];
  let links = 0;
  while (todo.length > 0) {
    const [name, ...rest] = todo as [string, ...string[]];
    todo = rest;
    if (name === '.') continue;
    if (name === '..') {
      done.pop();
      continue;
    }
    const isLast = todo.length === 0;
    const target = isLast && !followLast ? undefined : await readLink(under(place.root, ...done, name));
    if (target === undefined) {
      done.push(name);
      continue;
    }
    links += 1;
    if (links > maxLinks) throw tooManyLinks(place);
    if (target.startsWith('/')) done.length = 0;
    todo = [...target.split('/').filter(Boolean), ...todo];
  }
  return under(place.root, ...done);
}

/** The error of a look-up that meets too many links. */
export function tooManyLinks(at: At): UserError {
  return new UserError(
    `${printPlace(at)}: more than ${maxLinks} links on the way`,
    'Look for a link that points to itself.',
  );
}
