import type { ReadIo } from '../../common/system/io.ts';
import { readMark } from '../../common/system/process-mark.ts';
import type { ServerPaths } from '../config/paths.ts';
import { serveLock } from '../serve/once.ts';

/** The parent of a process (proc_pid_stat(5): the fourth field; the second may hold blanks and brackets). */
async function parentOf(io: ReadIo, pid: number): Promise<number | undefined> {
  const text = await io.readText(`/proc/${pid}/stat`).catch(() => undefined);
  const parent = text
    ?.slice(text.lastIndexOf(')') + 1)
    .trim()
    .split(' ')[1];
  return parent === undefined ? undefined : Number(parent);
}

/** The process of the `systemimager serve` that runs for these paths; undefined if none runs. */
export async function servingPid(io: ReadIo, paths: Pick<ServerPaths, 'locks'>): Promise<number | undefined> {
  const marked = await readMark(io, serveLock(paths));
  return marked?.runs ? marked.pid : undefined;
}

/** True for the process of `serve`, and for processes that it started, directly or not. */
export async function isServes(io: ReadIo, pid: number, serve: number | undefined): Promise<boolean> {
  for (let at: number | undefined = pid; at; at = await parentOf(io, at)) if (at === serve) return true;
  return false;
}
