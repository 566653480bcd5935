import type { ReadIo } from '../../common/system/io.ts';
import { under } from '../../common/system/place.ts';
import type { ServerPaths } from '../config/paths.ts';

/** The parent of a process (proc_pid_stat(5): the fourth field; the second may hold blanks and brackets). */
async function parentOf(io: ReadIo, pid: number): Promise<number | undefined> {
  const text = await io.readText(`/proc/${pid}/stat`).catch(() => undefined);
  const parent = text
    ?.slice(text.lastIndexOf(')') + 1)
    .trim()
    .split(' ')[1];
  return parent === undefined ? undefined : Number(parent);
}

/** The process of the `systemimager serve` that runs for these paths; undefined where none does. */
export async function servingPid(io: ReadIo, paths: Pick<ServerPaths, 'run'>): Promise<number | undefined> {
  const pid = Number((await io.readText(under(paths.run, 'serve.pid')))?.trim());
  if (!pid) return undefined;
  const command = (await io.readText(`/proc/${pid}/cmdline`).catch(() => undefined)) ?? '';
  return command.includes('serve') ? pid : undefined;
}

/** True for a process that `serve` is or has started. */
export async function isServes(io: ReadIo, pid: number, serve: number | undefined): Promise<boolean> {
  return serve !== undefined && (pid === serve || (await parentOf(io, pid)) === serve);
}
