import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { native } from '../text.ts';

/** Names this boot and this PID namespace (proc_pid_ns(5)): only among their processes a pid has a meaning. */
const seesPids = (() => {
  try {
    const where = [fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'), fs.readlinkSync('/proc/self/ns/pid')];
    return createHash('sha256').update(where.join('')).digest('hex').slice(0, 8);
  } catch {
    return '0';
  }
})();

const pattern = /^\.systemimager-(\w+)-(\d+)-\w+\.tmp$/;
/** The names of an earlier release; other programs may use such names, too. */
const earlierPattern = /\.\d+\.tmp$/;
/** No file of ours takes this long to be written. */
const longMs = 24 * 60 * 60 * 1000;

/**
 * A temporary name beside a file. Nobody can guess the name; the name tells whether its writer still runs; and the name is short
 * even if the file's own name is long.
 */
export function temporaryBeside(at: string): string {
  removeLeft(path.dirname(at));
  return path.join(path.dirname(at), `.systemimager-${seesPids}-${process.pid}-${randomBytes(8).toString('hex')}.tmp`);
}

/** True for a temporary name, of this or an earlier release, whose writer was killed. */
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

/** Removes the temporary files that killed processes left in a folder; once for each folder that this process writes to. */
function removeLeft(folder: string): void {
  try {
    // A new folder may get the inode number of a removed folder.
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
