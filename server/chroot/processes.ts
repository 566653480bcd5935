import type { Io, ReadIo } from '../../common/system/io.ts';
import { parseMountinfo } from '../../common/system/mountinfo.ts';
import { type AbsPath, under } from '../../common/system/place.ts';

/** A link in /proc/PID; undefined if the process has ended meanwhile, or we may not look at it. */
const linkOf = (io: ReadIo, pid: string, name: string) => io.readLink(under('/proc', pid, name)).catch(() => undefined);

async function processes(io: ReadIo, holds: (pid: string) => Promise<boolean>): Promise<number[]> {
  const pids: number[] = [];
  for (const pid of ((await io.list('/proc')) ?? []).filter((name) => /^\d+$/.test(name)))
    if (await holds(pid)) pids.push(Number(pid));
  return pids;
}

const isIn = (place: string | undefined, tree: AbsPath) => place === tree || place?.startsWith(`${tree}/`) === true;

/** Processes with this tree as root or working directory: for machines that pull the image, and left by an earlier chroot. */
export async function usersOf(io: ReadIo, tree: AbsPath): Promise<{ machines: number[]; left: number[] }> {
  const all = await processes(
    io,
    async (pid) => isIn(await linkOf(io, pid, 'root'), tree) || isIn(await linkOf(io, pid, 'cwd'), tree),
  );
  // A process sees the mounts below its own root (proc_pid_mountinfo(5)); only a chroot of ours has a /proc there.
  const left: number[] = [];
  for (const pid of all) {
    const mounts = (await io.readText(`/proc/${pid}/mountinfo`).catch(() => undefined)) ?? '';
    const root = await linkOf(io, String(pid), 'root');
    if (isIn(root, tree) && parseMountinfo(mounts).some((one) => one.dir === '/proc')) left.push(pid);
  }
  return { machines: all.filter((pid) => !left.includes(pid)), left };
}

/** The other processes of our own mount namespace: what a program left running. */
export async function othersHere(io: ReadIo): Promise<number[]> {
  const own = await io.readLink('/proc/self/ns/mnt');
  return processes(io, async (pid) => pid !== String(process.pid) && (await linkOf(io, pid, 'ns/mnt')) === own);
}

/** The time between TERM and KILL. */
const patienceMs = 5000;
const pollMs = 100;

/** Ends the processes that `find` gives: TERM, and KILL after five seconds. Gives the number of processes at first. */
export async function endAll(io: Io, find: () => Promise<number[]>): Promise<number> {
  const first = await find();
  let pids = first;
  const send = async (signal: string) => {
    if (pids.length > 0) await io.run({ argv: ['kill', '-s', signal, '--', ...pids.map(String)] });
  };
  await send('TERM');
  for (let waitedMs = 0; pids.length > 0 && waitedMs < patienceMs; waitedMs += pollMs) {
    await io.sleep(pollMs);
    pids = await find();
  }
  await send('KILL');
  return first.length;
}
