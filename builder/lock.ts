import { randomUUID } from 'node:crypto';
import fs from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '../common/system/errors.ts';
import { type AbsPath, under } from '../common/system/place.ts';
import type { BuildContext } from './run.ts';

const pollMs = 500;

/**
 * Does the work while no other build uses the same cache: apt works there, and what one build moves into place is not another's.
 * Waits for a build that is at work; one whose process is gone counts no more.
 */
export async function withBuildLock<T>(context: BuildContext, cache: AbsPath, work: () => Promise<T>): Promise<T> {
  const lock = under(cache, 'lock');
  const mine = await ownerText(context, process.pid);
  const temporary: AbsPath = `${lock}.${randomUUID()}.${process.pid}.tmp`;
  await writeInto(cache, temporary, mine);
  let isMine = false;
  try {
    let told = false;
    while (!(isMine = await takes(lock, temporary))) {
      const holder = await fs.readFile(lock, 'utf8').catch(() => undefined);
      if (holder === undefined) continue;
      const pid = holder.split(' ')[0];
      if ((await ownerText(context, Number(pid))) !== holder) await giveUp(lock, holder);
      else {
        if (!told) context.say(`Another build is at work (process ${pid}): waiting for it`);
        told = true;
        await delay(pollMs, undefined, { signal: context.signal });
      }
    }
    return await work();
  } finally {
    if (isMine) await fs.rm(lock, { force: true });
    await fs.rm(temporary, { force: true });
  }
}

async function writeInto(cache: AbsPath, at: AbsPath, text: string): Promise<void> {
  try {
    await fs.mkdir(cache, { recursive: true });
    await fs.writeFile(at, text);
  } catch (error) {
    throw new UserError(
      `the cache ${cache} cannot be written to: ${(error as Error).message}`,
      'Make it writable, or name another folder: SYSTEMIMAGER_CACHE=/var/tmp/systemimager …',
      { cause: error },
    );
  }
}

/** A link appears with its content, or not at all where somebody else's is there. */
async function takes(lock: AbsPath, from: AbsPath): Promise<boolean> {
  try {
    await fs.link(from, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes the lock of a process that is gone, unless it is another's by now. */
async function giveUp(lock: AbsPath, holder: string): Promise<void> {
  if ((await fs.readFile(lock, 'utf8').catch(() => '')) === holder) await fs.rm(lock, { force: true });
}

/** Process id and start time (field 22 of proc_pid_stat(5)), which together are never used twice. */
async function ownerText({ io }: BuildContext, pid: number): Promise<string> {
  const stat = (await io.readText(`/proc/${pid}/stat`)) ?? '';
  return `${pid} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''}`;
}
