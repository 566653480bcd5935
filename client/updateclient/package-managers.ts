import { UserError } from '../../common/system/errors.ts';
import type { Io, ReadIo } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';

/** Files that dpkg(1), apt(8), rpm(8) and what stands on them lock while they change the machine. */
const lockFiles: [string, AbsPath][] = [
  ['dpkg', '/var/lib/dpkg/lock-frontend'],
  ['dpkg', '/var/lib/dpkg/lock'],
  ['rpm', '/var/lib/rpm/.rpm.lock'],
  ['rpm', '/usr/lib/sysimage/rpm/.rpm.lock'],
];

/** A package manager at work, and its process. */
export type AtWork = { name: string; pid: number };

/** proc_locks(5): number, kind, ADVISORY, READ or WRITE, process, MAJOR:MINOR:INODE. */
export function writersOf(locks: string): { pid: number; ino: number }[] {
  return locks.split('\n').flatMap((line) => {
    const [, pid, ino] = /^\d+: \S+ +\S+ +WRITE +(-?\d+) +[0-9a-f]+:[0-9a-f]+:(\d+) /.exec(line) ?? [];
    return pid === undefined ? [] : [{ pid: Number(pid), ino: Number(ino) }];
  });
}

/** The package manager that works on the tree now; undefined if none does. */
export async function packageManagerAtWork(io: ReadIo, root: AbsPath): Promise<AtWork | undefined> {
  const writers = writersOf((await io.readText('/proc/locks')) ?? '');
  for (const [name, path] of lockFiles) {
    const ino = (await io.stat({ root, path }))?.ino;
    const writer = writers.find((one) => one.ino === ino);
    if (writer && (await isOpenIn(io, writer.pid, path))) return { name, pid: writer.pid };
  }
  return undefined;
}

/** Another filesystem may have a file with the same inode number. */
async function isOpenIn(io: ReadIo, pid: number, path: AbsPath): Promise<boolean> {
  const folder: AbsPath = `/proc/${pid}/fd`;
  const names = (await io.list(folder).catch(() => undefined)) ?? [];
  const targets = await Promise.all(names.map((name) => io.readLink(under(folder, name)).catch(() => undefined)));
  // A process of another PID namespace shows nothing.
  return names.length === 0 || targets.some((target) => target?.endsWith(path));
}

const patienceMs = 60_000;
const pollMs = 1000;

/** Waits a minute for a package manager to end; then a UserError names it. */
export async function waitForPackageManager(
  io: Io,
  root: AbsPath,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  let found = await packageManagerAtWork(io, root);
  if (found) say(`${found.name} (process ${found.pid}) is changing this machine: waiting for its end`);
  for (let waitedMs = 0; found; waitedMs += pollMs) {
    if (waitedMs >= patienceMs)
      throw new UserError(
        `${found.name} (process ${found.pid}) has been changing this machine for ${patienceMs / 1000} s; nothing was changed`,
        `Let it end, and then update again: ps -fp ${found.pid} shows it.`,
      );
    await io.sleep(pollMs, signal);
    signal.throwIfAborted();
    found = await packageManagerAtWork(io, root);
  }
}
