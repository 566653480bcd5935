import fs from 'node:fs';
import { type At, maxLinks, type Place, tooManyLinks } from '../place.ts';
import { native, textOf } from '../text.ts';

/** A path that leads the kernel to the same directory until this object is disposed of. */
export type Held = Disposable & { path: string };

/**
 * O_PATH of open(2), which Node has no name for; the number is the same on every machine that this program runs on. O_PATH gives
 * a handle to a file of any kind, and opens neither a device nor a pipe.
 */
export const pathOnly = 0o10_000_000;
const { O_DIRECTORY, O_NOFOLLOW } = fs.constants;

/** The path that leads to an open file, by proc_pid_fd(5). */
export const heldPath = (fd: number) => `/proc/self/fd/${fd}`;

/**
 * Finds the directory of a place, one name after the other from the root, and holds each directory open: a directory that
 * somebody moves, or replaces by a link, cannot lead the look-up out of the root. A link at the last name is followed only with
 * `followsLast`. With `makesFolders`, missing folders on the way are made.
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

/** `way`: the open directories, from the root to the directory that the look-up has reached. */
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
  // The path ends in the directory that the look-up has reached.
  return `${heldPath(way.at(-1) ?? -1)}/.`;
}

const isStep = (name: string) => name !== '' && name !== '.';

function linkTarget(at: string): string | undefined {
  // Most names are no links, and the error that readlink(2) gives for them takes longer than the call.
  if (fs.lstatSync(native(at), { throwIfNoEntry: false })?.isSymbolicLink() !== true) return undefined;
  return textOf(fs.readlinkSync(native(at), 'buffer'));
}

/** Makes one folder; false if the folder exists. */
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
