import { readdir, readFile } from 'node:fs/promises';
import type { Argv, Child, RunHooks } from '../../../common/system/io.ts';
import type { AbsPath } from '../../../common/system/place.ts';
import { realIo } from '../../../common/system/real-io.ts';
import { mustUndo, run, start } from './processes.ts';

/** The first address is the server's; every wire has the same, for no wire sees another. */
export const wireNetwork = { server: '10.99.0.1', prefix: 24, netmask: '255.255.255.0', base: '10.99.0.' } as const;

/** The bridge inside a wire's namespace, for `serve --interface`. */
export const wireInterface = 'br0';

/** A network of our own: a namespace with a bridge, to which machines plug in by taps. */
export type Wire = {
  readonly namespace: string;
  /** A new tap on the bridge. */
  tap(): Promise<string>;
  /** The command line that does `argv` inside the wire. */
  enter(argv: Argv): Argv;
  start(argv: Argv, options?: { logFile?: AbsPath; env?: Record<string, string> } & RunHooks): Promise<Child>;
  run(argv: Argv, limitMs?: number): Promise<string>;
  /** Another machine on the bridge, with this address: a namespace of its own, whose card has the name of the bridge. */
  neighbour(address: string): Promise<Pick<Wire, 'start' | 'run'>>;
  /** Kills the programs of this name inside, whoever started them. */
  killAll(name: string): Promise<void>;
  /** Ends what runs inside and takes the wire away. */
  remove(): Promise<void>;
};

/** A namespace's name tells whose it is: process id and its start time, which together are never used twice. */
const prefix = 'siwire';
let made = 0;

/** Makes a namespace. It goes away with the tests. */
async function makeNamespace() {
  // Taken before anything is waited for: rows that start together must not get the same number.
  made += 1;
  const number = made;
  await removeStaleWires();
  const namespace = `${prefix}-${process.pid}-${await startTime(process.pid)}-${number}`;
  const enter = (argv: Argv): Argv => ['ip', 'netns', 'exec', namespace, ...argv];
  const ip = (...words: string[]) => run(['ip', '-n', namespace, ...words]);
  await run(['ip', 'netns', 'add', namespace]);
  const remove = mustUndo(() => removeNamespace(namespace));
  // A tap must not answer by IPv6, nor the bridge hold frames back.
  await run(enter(['sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=1', 'net.ipv6.conf.default.disable_ipv6=1']));
  await ip('link', 'set', 'lo', 'up');
  const programs: Pick<Wire, 'start' | 'run'> = {
    start: (argv, { logFile, env, ...hooks } = {}) => start({ argv: enter(argv), env }, { ...hooks, logFile }),
    run: async (argv, limitMs = 60_000) => (await run(enter(argv), { limitMs })).stdout,
  };
  const give = async (address: string) => {
    await ip('addr', 'add', `${address}/${wireNetwork.prefix}`, 'dev', wireInterface);
    await ip('link', 'set', wireInterface, 'up');
  };
  return { namespace, enter, ip, give, programs, remove };
}

/** Makes a wire. It goes away with the tests. */
export async function makeWire(): Promise<Wire> {
  const { namespace, enter, ip, give, programs, remove } = await makeNamespace();
  await ip('link', 'add', wireInterface, 'type', 'bridge', 'stp_state', '0', 'forward_delay', '0');
  await give(wireNetwork.server);
  let taps = 0;
  const plug = async (name: string) => ip('link', 'set', name, 'master', wireInterface, 'up');
  return {
    namespace,
    async tap() {
      const name = `tap${taps++}`;
      await ip('tuntap', 'add', name, 'mode', 'tap');
      await plug(name);
      return name;
    },
    async neighbour(address) {
      const other = await makeNamespace();
      const name = `veth${taps++}`;
      await ip('link', 'add', name, 'type', 'veth', 'peer', 'name', wireInterface, 'netns', other.namespace);
      await plug(name);
      await other.give(address);
      return other.programs;
    },
    enter,
    ...programs,
    async killAll(name) {
      for (const pid of await pidsOf(namespace))
        if ((await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim() === name) kill(pid);
    },
    remove,
  };
}

/** Removes the wires of processes that are gone: a run that was killed could not. */
async function removeStaleWires(): Promise<void> {
  for (const name of await readdir('/run/netns').catch(() => [])) {
    const [, pid, began] = new RegExp(`^${prefix}-(\\d+)-(\\d+)-\\d+$`).exec(name) ?? [];
    if (pid && (await startTime(Number(pid))) !== began) await removeNamespace(name);
  }
}

async function pidsOf(namespace: string): Promise<number[]> {
  const { stdout } = await realIo.run({ argv: ['ip', 'netns', 'pids', namespace] });
  return stdout.split('\n').filter(Boolean).map(Number);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself meanwhile.
  }
}

async function removeNamespace(name: string): Promise<void> {
  for (const pid of await pidsOf(name)) kill(pid);
  await realIo.run({ argv: ['ip', 'netns', 'del', name] });
}

/** Field 22 of /proc/PID/stat (proc_pid_stat(5)); undefined when there is no such process. */
async function startTime(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}
