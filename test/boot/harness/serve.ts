import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Child } from '../../../common/system/io.ts';
import { absPath } from '../../../common/system/place.ts';
import { systemimager } from '../../assets/boel.ts';
import { patience } from './patience.ts';
import { type Wire, wireInterface } from './wire.ts';

const startLimitS = 60;
/** rsync(1) daemon and our HTTP server (common/model/settings.ts). */
const ports = [873, 8181];

/** Starts `systemimager serve` on a wire, and waits until it listens. */
export async function serve(
  wire: Wire,
  root: string,
  options: { dhcp?: boolean | 'none' | 'proxy'; logs: string },
): Promise<Child> {
  const words = [
    '--root',
    root,
    'serve',
    ...(options.dhcp
      ? [`--dhcp=${options.dhcp === true ? 'server' : options.dhcp}`, '--interface', wireInterface]
      : []),
  ];
  const log = absPath(path.join(options.logs, 'serve.log'));
  const child = await wire.start(systemimager(...words), { logFile: log });
  let ended = false;
  void child.exit.catch(() => {}).finally(() => (ended = true));
  const until = performance.now() + startLimitS * 1000 * patience;
  while (!(await listens(child.pid, ports))) {
    if (ended || performance.now() > until)
      throw new Error(
        `serve ${ended ? 'ended' : 'does not listen'}; it said\n${await readFile(log, 'utf8').catch(() => '')}`,
      );
    await delay(100);
  }
  return child;
}

/** True when something in the process's network listens on all of these ports. */
async function listens(pid: number, wanted: readonly number[]): Promise<boolean> {
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/${pid}/net/${name}`, 'utf8').catch(() => '')),
  );
  const open = new Set(listeningPorts(tables.join('\n')));
  return wanted.every((port) => open.has(port));
}

/** Ports in state 0A, TCP_LISTEN (proc(5), include/net/tcp_states.h). */
export function listeningPorts(table: string): number[] {
  return [...table.matchAll(/^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} 0A /gm)].map((match) =>
    Number.parseInt(match[1] ?? '', 16),
  );
}
