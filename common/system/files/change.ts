import fs from 'node:fs';
import fsPromises, { type FileHandle } from 'node:fs/promises';
import { UserError } from '../errors.ts';
import type { Owner } from '../io.ts';
import { type At, printPlace } from '../place.ts';
import { bytesOf, native } from '../text.ts';
import { heldPath, hold, makeFolder } from './hold.ts';
import { kindOf } from './open-plain.ts';
import { temporaryBeside } from './temporary.ts';

const { O_WRONLY, O_RDONLY, O_CREAT, O_EXCL, O_APPEND, O_NOFOLLOW, O_NONBLOCK, O_NOCTTY, O_DIRECTORY } = fs.constants;

type Attributes = { mode?: number; owner?: Owner };

/** Sets the owner before the mode: a change of owner clears the set-user-ID bit (chown(2)). */
async function give(file: FileHandle, { mode, owner }: Attributes): Promise<void> {
  if (owner) await file.chown(owner.uid, owner.gid);
  if (mode !== undefined) await file.chmod(mode);
}

/** Lets `make` create something under a temporary name beside the file, and then renames that to the file's name. */
async function replace(
  at: At,
  followsLast: boolean,
  make: (temporary: string | Buffer) => Promise<unknown>,
): Promise<void> {
  using held = hold(at, followsLast);
  const temporary = native(temporaryBeside(held.path));
  try {
    await make(temporary);
    await fsPromises.rename(temporary, native(held.path));
  } catch (error) {
    await fsPromises.rm(temporary, { force: true });
    throw error;
  }
}

/** Writes a file, also piece by piece; see {@link Io.write}. */
export const write = (
  at: At,
  content: string | Uint8Array | AsyncIterable<Uint8Array>,
  attributes: Attributes,
): Promise<void> =>
  replace(at, true, async (temporary) => {
    await using file = await fsPromises.open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    await file.writeFile(typeof content === 'string' ? bytesOf(content) : content);
    await give(file, attributes);
    await file.sync();
  });

/** Copies an open file with its mode; blocks are shared where the filesystem can. */
export const copyFrom = (fd: number, to: At): Promise<void> =>
  replace(to, true, (temporary) =>
    fsPromises.copyFile(heldPath(fd), temporary, fs.constants.COPYFILE_EXCL | fs.constants.COPYFILE_FICLONE),
  );

/** Makes a link, which replaces a file of that name. */
export async function symlink(at: At, target: string): Promise<void> {
  try {
    using held = hold(at, false);
    // Synchronous: to wait for a thread takes longer than to make the link, and a server makes ten thousand links.
    return fs.symlinkSync(bytesOf(target), native(held.path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  await replace(at, false, (temporary) => fsPromises.symlink(bytesOf(target), temporary));
}

/** Opens a plain file to append to it; makes the file if it is missing. */
export function openAppend(at: At): number {
  using held = hold(at, true);
  const follows = typeof at === 'string' ? 0 : O_NOFOLLOW;
  const flags = O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK | O_NOCTTY | follows;
  const fd = fs.openSync(native(held.path), flags, 0o644);
  if (kindOf(fs.fstatSync(fd)) === 'file') return fd;
  fs.closeSync(fd);
  throw new UserError(
    `${printPlace(at)} is no plain file to write to`,
    'Look at the path (ls -l), and move away what lies there.',
  );
}

/** Makes a folder and its missing parents, one by one: Node's recursive mkdir reports ENOENT for a read-only disk. */
export async function mkdir(at: At, attributes: Attributes): Promise<void> {
  using held = hold(typeof at === 'string' ? { root: '/', path: at } : at, true, true);
  if (!makeFolder(held.path)) return;
  await using folder = await fsPromises.open(native(held.path), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  await give(folder, attributes);
}
