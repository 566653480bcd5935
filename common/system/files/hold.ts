import fs from 'node:fs';
import { type At, maxLinks, type Place, tooManyLinks } from '../place.ts';
import { native, textOf } from '../text.ts';

/** A path for the kernel that goes on leading to the same directory until it is disposed of. */
export type Held = Disposable & { path: string };

/**
 * O_PATH of open(2), which Node has no name for; the number is the same on every machine that this program runs on. It gives a handle
 * to what lies there, and opens neither a device nor a pipe.
 */
export const pathOnly = 0o10_000_000;
const { O_DIRECTORY, O_NOFOLLOW } = fs.constants;

/** The path that leads to an open file, by proc_pid_fd(5). */
export const heldPath = (fd: number) => `/proc/self/fd/${fd}`;

/**
 * Finds the directory of a place, one name after the other from the root, and holds it open: a directory that somebody moves or
 * replaces by a link on the way leads nobody out of the root. The last name is followed, where it is a link, only with `followsLast`.
 * Folders that are missing on the way are made with `makesFolders`.
 */
export function hold(at: At, followsLast: boolean, makesFolders = false): Held {
  // In the machine's own root, the kernel does the same.
  if (typeof at === 'string' || (at.root === '/' && !followsLast && !makesFolders))
    return { path: typeof at === 'string' ? at : at.path, [Symbol.dispose]: () => {} };
  const way = [fs.openSync(native(at.root), pathOnly | O_DIRECTORY)];
  const release = () => way.splice(0).forEach((fd) => fs.closeSync(fd));
  try {
    return { path: walk(at, way, followsLast, makesFolders), [Symbol.dispose]: release };
  } catch (error) {
    release();
    throw error;
  }
}

/** `way`: the directories from the root to where the look-up stands, open. */
function walk(place: Place, way: number[], followsLast: boolean, makesFolders: boolean): string {
  let todo = place.path.split('/').filter(isStep);
  let links = 0;
  for (let name = todo.shift(); name !== undefined; name = todo.shift()) {
    if (name === '..') {
      if (way.length > 1) fs.closeSync(way.pop() ?? -1);
      continue;
    }
    const at = `${heldPath(way.at(-1) ?? -1)}/${name}`;
    const isLast = todo.length === 0;
    const target = isLast && !followsLast ? undefined : linkTarget(at);
    if (target !== undefined) {
      links += 1;
      if (links > maxLinks) throw tooManyLinks(place);
      if (target.startsWith('/')) way.splice(1).forEach((fd) => fs.closeSync(fd));
      todo = [...target.split('/').filter(isStep), ...todo];
      continue;
    }
    if (isLast) return at;
    if (makesFolders) makeFolder(at);
    way.push(fs.openSync(native(at), pathOnly | O_DIRECTORY | O_NOFOLLOW));
  }
  // A path that ends in the directory where it stands.
  return `${heldPath(way.at(-1) ?? -1)}/.`;
}

const isStep = (name: string) => name !== '' && name !== '.';

function linkTarget(at: string): string | undefined {
  // Most names are no links, and the error that readlink(2) gives for them takes longer than the call.
  if (fs.lstatSync(native(at), { throwIfNoEntry: false })?.isSymbolicLink() !== true) return undefined;
  return textOf(fs.readlinkSync(native(at), 'buffer'));
}

/** Makes one folder; false where it is there. */
export function makeFolder(at: string): boolean {
  try {
    fs.mkdirSync(native(at));
    return true;
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST' && fs.statSync(native(at)).isDirectory();
    if (!isThere) throw error;
    return false;
  }
}
