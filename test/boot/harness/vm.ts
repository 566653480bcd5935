import { copyFile, mkdir, rm, stat } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import type { Argv, Child } from '../../../common/system/io.ts';
import { absPath } from '../../../common/system/place.ts';
import { quoteArgv } from '../../../common/system/quote.ts';
import { accelFor } from '../../../vm/qemu/accel.ts';
import { qemuArgv } from '../../../vm/qemu/argv.ts';
import { uefiOf } from '../../../vm/qemu/firmware.ts';
import type { Disk, Machine, Nic } from '../../../vm/qemu/machine.ts';
import { ConsoleReader, type TimedLine, type Wanted } from './console.ts';
import { patience } from './patience.ts';
import { mustUndo, start } from './processes.ts';

/** Lines after which nothing good can come; each ends the wait for something else. */
const fatal = /Kernel panic - not syncing.*|---\[ end Kernel panic/;

/** A machine as a test wishes it; what is left out has a sensible value. */
export type Wish = Partial<Omit<Machine, 'nics' | 'disks'>> & {
  disks?: (Disk | string)[];
  nics?: (Partial<Nic> & { wire?: { tap(): Promise<string>; enter(argv: Argv): Argv } })[];
};

/** The firmware asks the network by HTTP alone (OVMF's README, and its fw_cfg): `extra` of a machine with UEFI. */
export const byHttpOnly: string[] = ['-fw_cfg', 'name=opt/org.tianocore/IPv4PXESupport,string=n'];

export type Vm = {
  readonly name: string;
  /** The command line that started it, to paste. */
  readonly command: string;
  /** The process of QEMU. */
  readonly pid: number;
  /** Waits for text on the console, after what was found last. Fails when it does not come, or the machine ends or panics. */
  console(wanted: Wanted, options?: { withinS?: number }): Promise<RegExpExecArray>;
  /** Lines so far, with their times. */
  lines(): Promise<readonly TimedLine[]>;
  text(): Promise<string>;
  /** Types a line on the console. */
  send(line: string): Promise<void>;
  /** A connection to the machine's second line. */
  port(): Promise<net.Socket>;
  /** Waits until the machine has switched itself off (or would boot again, with `noReboot`). */
  off(options?: { withinS?: number }): Promise<void>;
  /** Holds the machine still, as it is between two instructions, while this is done. */
  frozen(work: () => Promise<void>): Promise<void>;
  /** Pulls the plug. */
  kill(): Promise<void>;
  /** True once it ended by `off` or `kill`. */
  readonly isEnded: boolean;
};

/** A card's address that says its number: the locally administered range of QEMU (52:54:00). */
export const macOf = (number: number): string => `52:54:00:51:00:${number.toString(16).padStart(2, '0')}`;

/**
 * Starts a virtual machine. Its console and QEMU's own words are kept in `dir`; sockets lie in `socketDir`, because a
 * socket's path has at most 107 bytes (unix(7)).
 */
export async function startVm(wish: Wish, dir: string, socketDir: string): Promise<Vm> {
  const wires = (wish.nics ?? []).flatMap((nic) => (nic.wire ? [nic.wire] : []));
  const nics: Nic[] = [];
  for (const [at, { wire, ...nic }] of (wish.nics ?? []).entries())
    nics.push({ model: 'virtio-net-pci', mac: macOf(at + 1), ...nic, ...(wire ? { tap: await wire.tap() } : {}) });
  const machine: Machine = {
    name: 'machine',
    arch: 'amd64',
    firmware: 'bios',
    memoryMb: 1024,
    cpus: 1,
    bootFrom: 'disk',
    floppies: [],
    cds: [],
    noReboot: false,
    ...wish,
    disks: (wish.disks ?? []).map((disk) => (typeof disk === 'string' ? { file: disk, bus: 'virtio' } : disk)),
    nics,
  };
  const { name } = machine;
  await mkdir(dir, { recursive: true });
  const console = {
    kind: 'socket' as const,
    log: path.join(dir, name === 'machine' ? 'console.log' : `console-${name}.log`),
    socket: path.join(socketDir, `${name}.con`),
  };
  const files = {
    console,
    portSocket: path.join(socketDir, `${name}.port`),
    uefiVars: path.join(dir, `${name}-vars.fd`),
  };
  if (machine.firmware === 'uefi' && !(await stat(files.uefiVars).catch(() => undefined)))
    await copyFile(uefiOf(machine).vars, files.uefiVars);
  await rm(console.socket, { force: true });
  const before = (await stat(console.log).catch(() => undefined))?.size ?? 0;
  const inside = qemuArgv(machine, files, (await accelFor(machine.arch)).flags);
  const argv = wires[0] ? wires[0].enter(inside) : inside;
  const child = await start({ argv }, { logFile: absPath(path.join(dir, `qemu-${name}.log`)) });
  return watch(name, child, argv, new ConsoleReader(console.log, before), files);
}

function watch(
  name: string,
  child: Child,
  argv: Argv,
  reader: ConsoleReader,
  files: { console: { log: string; socket: string }; portSocket: string },
): Vm {
  let exited: { code: number; stderr: string } | undefined;
  let isEnded = false;
  void child.exit.then((exit) => (exited = exit)).catch(() => (exited = { code: 1, stderr: '' }));
  const forget = mustUndo(async () => child.kill('SIGKILL'));
  const socket = lazySocket(files.console.socket);
  const command = quoteArgv(argv);

  const failure = (what: string) =>
    new Error(
      [what, `--- the last lines of ${files.console.log}`, reader.tail(30), '--- the machine', command]
        .concat(exited?.stderr ? ['--- QEMU says', exited.stderr.trim()] : [])
        .join('\n'),
    );

  return {
    name,
    command,
    pid: child.pid,
    get isEnded() {
      return isEnded;
    },
    async console(wanted, { withinS = 60 } = {}) {
      const either = new RegExp(`(?<wanted>${sourceOf(wanted)})|(?<fatal>${fatal.source})`, 'm');
      const found = await reader.waitFor(either, withinS * 1000 * patience, () => exited !== undefined);
      if (found && found.groups?.wanted !== undefined) return found;
      if (found) throw failure(`${name}: ${found[0]}, while waiting for ${String(wanted)}`);
      if (exited) throw failure(`${name}: ended (QEMU exit ${exited.code}) without ${String(wanted)} on its console`);
      throw failure(`${name}: waited ${withinS * patience} s in vain for ${String(wanted)} on its console`);
    },
    async lines() {
      await reader.read();
      return reader.lines;
    },
    async text() {
      await reader.read();
      return reader.text;
    },
    async send(line) {
      (await socket()).write(`${line}\r`);
    },
    port: lazySocket(files.portSocket),
    async off({ withinS = 60 } = {}) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<'late'>((resolve) => {
        timer = setTimeout(() => resolve('late'), withinS * 1000 * patience);
      });
      const end = await Promise.race([child.exit, late]);
      clearTimeout(timer);
      await reader.read();
      if (end === 'late') throw failure(`${name}: still on after ${withinS * patience} s`);
      isEnded = true;
      await forget();
      if (end.code !== 0) throw failure(`${name}: QEMU exited ${end.code}`);
    },
    async frozen(work) {
      child.kill('SIGSTOP');
      await work();
      child.kill('SIGCONT');
    },
    async kill() {
      isEnded = true;
      child.kill('SIGKILL');
      await child.exit.catch(() => {});
      await reader.read();
      await forget();
    },
  };
}

const sourceOf = (wanted: Wanted) => (typeof wanted === 'string' ? RegExp.escape(wanted) : wanted.source);

/** Connects at the first use. What comes in is thrown away unless somebody listens. */
function lazySocket(at: string): () => Promise<net.Socket> {
  let connected: Promise<net.Socket> | undefined;
  return () => {
    connected ??= new Promise((resolve, reject) => {
      const socket = net.connect(at, () => resolve(socket));
      socket.on('error', reject);
      socket.resume();
    });
    return connected;
  };
}
