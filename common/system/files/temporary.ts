import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { native } from '../text.ts';

/** Processes that see each other: what `pid` means, after a boot and in a namespace (proc_pid_ns(5)). */
const seesPids = (() => {
  try {
    const where = [fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'), fs.readlinkSync('/proc/self/ns/pid')];
    return createHash('sha256').update(where.join('')).digest('hex').slice(0, 8);
  } catch {
    return '0';
  }
})();

const pattern = /^\.systemimager-(\w+)-(\d+)-\w+\.tmp$/;
/** Others may have such names, too. */
const earlierPattern = /\.\d+\.tmp$/;
/** Nothing of ours takes so long to be written. */
const longMs = 24 * 60 * 60 * 1000;

/**
 * A name beside a file for what becomes it. Nobody can guess the name, and whoever finds it sees whether its writer has gone; it is short
 * where the file's own is not.
 */
export function temporaryBeside(at: string): string {
  removeLeft(path.dirname(at));
  return path.join(path.dirname(at), `.systemimager-${seesPids}-${process.pid}-${randomBytes(8).toString('hex')}.tmp`);
}

/** True for such a name, or one of an earlier release, whose writer was killed. */
export function isLeft(name: string, mtimeMs: number, nowMs: number): boolean {
  const [, where, pid] = pattern.exec(name) ?? [];
  if (pid === undefined) return earlierPattern.test(name) && nowMs - mtimeMs > longMs;
  return nowMs - mtimeMs > longMs || (where === seesPids && !isRunning(Number(pid)));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

const swept = new Set<string>();

/** Removes what a process that was killed left in a folder; once for each folder that this process writes to. */
function removeLeft(folder: string): void {
  try {
    // A folder that is made later may get the number of one that is gone.
    const { dev, ino, birthtimeMs } = fs.statSync(native(folder));
    const id = `${dev}:${ino}:${birthtimeMs}`;
    if (swept.has(id)) return;
    swept.add(id);
    for (const name of fs.readdirSync(native(folder))) {
      const at = native(path.join(folder, name));
      if (pattern.test(name) && isLeft(name, fs.lstatSync(at).mtimeMs, Date.now())) fs.unlinkSync(at);
    }
  } catch {
    // The write itself says what is wrong with the folder.
  }
}
