import { UserError } from '../../common/system/errors.ts';
import type { Io } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { runDir } from './paths.ts';

const lockFile = under(runDir, 'lock');

/**
 * Does the work while no other verb works: two at once would lose each other's state. The lock holds the process id and
 * start time of its owner, so that one whose owner is gone is taken over.
 */
export async function withLock<T>(io: Io, work: () => Promise<T>): Promise<T> {
  const mine = await ownerText(io, process.pid);
  const holder = (await io.readText(lockFile))?.trim();
  if (holder && holder !== mine && (await ownerText(io, Number(holder.split(' ')[0]))) === holder)
    throw new UserError(
      `another boel is at work (process ${holder.split(' ')[0]})`,
      'Wait until it is done; `ps` shows it. --dry-run works meanwhile.',
    );
  await io.write(lockFile, `${mine}\n`, { mode: 0o600 });
  try {
    return await work();
  } finally {
    await io.remove(lockFile);
  }
}

/** Process id and start time (field 22 of proc_pid_stat(5)), which together are never used twice. */
async function ownerText(io: Io, pid: number): Promise<string> {
  const stat = (await io.readText(`/proc/${pid}/stat` as AbsPath)) ?? '';
  return `${pid} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''}`;
}
