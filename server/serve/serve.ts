import type { CliContext } from '../../common/cli.ts';
import { counted } from '../../common/counted.ts';
import { apply } from '../../common/system/apply.ts';
import { finishedMachines } from './finished-machines.ts';
import { follow, lookAround } from './follow.ts';
import { rootMonitor, startMonitor } from './monitor.ts';
import { checkPort, lockServer } from './once.ts';
import { planServe } from './plan.ts';
import type { ServeFacts } from './serve-facts.ts';
import { type Supervised, supervise } from './supervise.ts';

/** Serves until the signal of the context; then no program of the server is left running. */
export async function serve(context: CliContext, facts: ServeFacts, say: (line: string) => void): Promise<void> {
  const { io, signal } = context;
  const { paths, ports, web } = facts;
  await using ends = new AsyncDisposableStack();
  ends.use(await lockServer(io, context.root, paths));
  await checkPort(ports.rsync, 'rsync', '--rsync-port');
  await checkPort(ports.http, 'HTTP', '--http-port');

  const { steps, services } = await planServe(facts);
  await apply(steps, io, { signal });
  const owner = web.user ?? { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const finished = finishedMachines(io, paths, say);
  // Before a machine can finish, since the disk may be full by then.
  await finished.retry();
  ends.defer(await startMonitor(rootMonitor(io, paths, say, signal, finished), paths.monitor, owner));
  const running = new Map<string, Supervised>();
  for (const service of services) {
    signal.throwIfAborted();
    const supervised = await supervise(service, io, say);
    ends.defer(() => supervised.stop());
    running.set(service.name, supervised);
  }
  say(`ready: rsync on port ${ports.rsync}, HTTP on port ${ports.http}, ${counted(facts.images.length, 'image')}`);
  await follow(context, await lookAround(io, facts, { running, finished }, say), say);
  say('ending');
}
