import fs from 'node:fs';
import fsPromises from 'node:fs/promises';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { UserError } from '../errors.ts';
import { parseMountinfo } from '../mountinfo.ts';
import type { At } from '../place.ts';
import { quoteArgv } from '../quote.ts';
import { bytesOf, native } from '../text.ts';
import { heldPath, hold, pathOnly } from './hold.ts';

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? '';

/** Removes a file, a link or a whole tree; see {@link Io.remove}. */
export async function remove(at: At): Promise<void> {
  using held = hold(at, false);
  if (unlinked(native(held.path))) return;
  await refuseMounts(path.join(await fsPromises.realpath(native(path.dirname(held.path))), path.basename(held.path)));
  await removeFolder(bytesOf(held.path), { sinceMs: performance.now() });
}

/** Removes a file, a link or an empty folder; see {@link Io.removeOne}. */
export async function removeOne(at: At): Promise<void> {
  using held = hold(at, false);
  const name = native(held.path);
  if (fs.lstatSync(name, { throwIfNoEntry: false })?.isDirectory() !== true) return fs.unlinkSync(name);
  try {
    fs.rmdirSync(name);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'EBUSY'].includes(codeOf(error))) throw error;
  }
}

/** Removes anything but a folder; false for a folder (unlink(2)), and for a file that is a mount point. */
function unlinked(at: string | Buffer): boolean {
  try {
    fs.unlinkSync(at);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return true;
    if (['EISDIR', 'EPERM', 'EBUSY'].includes(codeOf(error))) return false;
    throw error;
  }
}

/** After this time the event loop gets a turn. */
const turnMs = 15;

/** Holds each folder open while it is emptied: a link in the folder's place then leads nowhere else. Names are bytes. */
async function removeFolder(at: Buffer, turn: { sinceMs: number }): Promise<void> {
  const fd = fs.openSync(at, pathOnly | fs.constants.O_DIRECTORY | fs.constants.O_NOFOLLOW);
  try {
    for (const name of fs.readdirSync(heldPath(fd), { encoding: 'buffer' })) {
      const one = Buffer.concat([Buffer.from(`${heldPath(fd)}/`), name]);
      if (!unlinked(one)) await removeFolder(one, turn);
      if (performance.now() - turn.sinceMs < turnMs) continue;
      await setImmediate();
      turn.sinceMs = performance.now();
    }
  } finally {
    fs.closeSync(fd);
  }
  fs.rmdirSync(at);
}

/** Refuses if a filesystem is mounted at or below `at`, so that a forgotten mount never loses what is on it. */
async function refuseMounts(at: string): Promise<void> {
  const mounts = parseMountinfo(await fsPromises.readFile('/proc/self/mountinfo', 'utf8'));
  const mounted = mounts.find(({ dir }) => dir === at || dir.startsWith(`${at}/`))?.dir;
  if (mounted) throw new UserError(`${mounted} is mounted; not removing ${at}`, `Run: umount ${quoteArgv([mounted])}`);
}
