import { messageOf } from '../../common/system/errors.ts';
import type { Io } from '../../common/system/io.ts';
import { spareRoom } from '../../common/system/spare-room.ts';
import type { ServerPaths } from '../config/paths.ts';
import { readHosts } from '../config/hosts-json.ts';
import type { Finished } from '../http/monitor.ts';
import { lockLists } from '../images/lock.ts';
import { printNetboot, readNetboot, withFinished } from '../netboot/netboot.ts';

/** netboot.json has 150 bytes a machine, and the new file is written beside the old one. */
const spareBytes = 4 * 1024 * 1024;
/** How many machines are remembered that could not be written down. */
const mostUnwritten = 10_000;
/** How often the spare room is taken again after a full disk used it. */
const holdMs = 60_000;

/** Writes finished machines into netboot.json, and remembers machines that a full disk does not take until it takes them. */
export type FinishedMachines = {
  /** Writes the machine down; if that fails it throws, and {@link unwritten} has the machine. */
  add(done: Finished): Promise<void>;
  unwritten(): Finished[];
  /** Tries again to write the machines that could not be written. */
  retry(): Promise<void>;
};

/** Keeps finished machines in netboot.json and in the memory of this process. */
export function finishedMachines(io: Io, paths: ServerPaths, say: (line: string) => void): FinishedMachines {
  const spare = spareRoom(io, paths.spareRoom, spareBytes);
  const waiting = new Map<string, Finished>();
  let writing: Promise<unknown> = Promise.resolve();
  let heldMs = Number.NEGATIVE_INFINITY;
  let toldProblem = '';

  async function writeNow(): Promise<void> {
    if (waiting.size === 0) return;
    const all = [...waiting.values()];
    await spare.use(async () => {
      await using _ = await lockLists(io, paths);
      const before = await readNetboot(io, paths.netboot);
      // An invalid hosts.json, which somebody may be mending, must not have the machine install itself once more.
      const hosts = await readHosts(io, paths.hosts).catch(() => []);
      const after = printNetboot(withFinished(before, all, hosts));
      if (after !== printNetboot(before)) await io.write(paths.netboot, after, { mode: 0o644 });
    });
    for (const done of all) if (waiting.get(done.mac) === done) waiting.delete(done.mac);
    toldProblem = '';
  }
  /** Writes one after the other: each write reads the file that the write before has made. */
  function write(): Promise<void> {
    const next = writing.then(writeNow);
    writing = next.catch((error: unknown) => {
      const problem = `cannot write down who has finished: ${messageOf(error)}`;
      if (problem !== toldProblem)
        say(
          `${problem}. This server remembers the machines as long as it runs; make room for ${paths.netboot} before the server ends`,
        );
      toldProblem = problem;
    });
    return next;
  }
  return {
    add(done) {
      if (waiting.size < mostUnwritten || waiting.has(done.mac)) waiting.set(done.mac, done);
      return write();
    },
    unwritten: () => [...waiting.values()],
    async retry() {
      if (waiting.size > 0) return write().catch(() => {});
      if (performance.now() - heldMs < holdMs) return;
      heldMs = performance.now();
      await spare.hold();
    },
  };
}
