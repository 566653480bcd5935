import type { ReadIo } from './io.ts';
import type { AbsPath } from './place.ts';

/**
 * Process id and start time (field 22 of proc_pid_stat(5)), as `123 4567`: the pair names one process until the next boot, but
 * a process id alone soon names another process. Undefined if there is no such process.
 */
export async function processMark(io: Pick<ReadIo, 'readText'>, pid: number): Promise<string | undefined> {
  const at: AbsPath = `/proc/${pid}/stat`;
  // A process may end while it is looked at.
  const stat = await io.readText(at).catch(() => undefined);
  const startTime = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return startTime === undefined ? undefined : `${pid} ${startTime}`;
}

/** The process that a mark in a file names. */
export type Marked = { pid: number; runs: boolean };

/** Reads the mark of a process in a file; undefined if there is none. */
export async function readMark(io: Pick<ReadIo, 'readText'>, at: AbsPath): Promise<Marked | undefined> {
  const mark = (await io.readText(at))?.trim();
  const [, pid] = /^(\d+) \d+$/.exec(mark ?? '') ?? [];
  return pid === undefined ? undefined : { pid: Number(pid), runs: (await processMark(io, Number(pid))) === mark };
}
