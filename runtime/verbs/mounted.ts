import type { State } from '../../common/model/state.ts';
import { UserError } from '../../common/system/errors.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { targetRoot } from './verb.ts';

/** proc_pid_mountinfo(5) writes space, tab, newline and backslash as three octal digits. */
function unescape(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

/** Mount points of the machine, in the order in which they were mounted. */
export async function mountPoints(io: ReadIo): Promise<string[]> {
  const text = (await io.readText('/proc/self/mountinfo')) ?? '';
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => unescape(line.split(' ')[4] ?? ''));
}

/** The mounts of the layout that hold files of the image, shallow first. */
export function imageMounts(state: Pick<State, 'mounts'>): State['mounts'] {
  return state.mounts
    .filter((mount) => mount.node !== undefined && mount.type !== 'swap' && mount.dir.startsWith('/'))
    .sort((a, b) => depth(a.dir) - depth(b.dir));
}

const depth = (dir: string) => dir.split('/').filter(Boolean).length;

/** Where a directory of the layout is during the installation. */
export function targetDir(dir: string): AbsPath {
  return dir === '/' ? targetRoot : under(targetRoot, dir);
}

/** Stops where the target or one of its filesystems is not mounted: files would land in memory or on the wrong disk. */
export async function checkMounted(io: ReadIo, state: Pick<State, 'mounts'>): Promise<void> {
  const mounted = new Set(await mountPoints(io));
  const wanted = imageMounts(state);
  if (!wanted.some((mount) => mount.dir === '/'))
    throw new UserError('the layout has no root filesystem', 'Run `boel layout`; its [mounts] need a line for /.');
  const missing = wanted.filter((mount) => !mounted.has(targetDir(mount.dir)));
  if (missing.length > 0)
    throw new UserError(
      `not mounted: ${missing.map((mount) => `${mount.node} on ${targetDir(mount.dir)}`).join(', ')}`,
      'Run `boel mount`.',
    );
}
