import type { ReadIo } from '../../../common/system/io.ts';
import { type Check, type Finding, note, wrong } from '../check.ts';
import { isServes, servingPid } from '../serving.ts';

/** A listening socket. Only root sees `program` and `pid`. */
type Listener = { protocol: 'tcp' | 'udp'; port: number; program?: string; pid?: number };

/** Reads lines of `ss -H -tulnp` (ss(8)): protocol, state, two queues, local address, peer, and users:(("NAME",pid=N,fd=N)). */
export function parseListeners(text: string): Listener[] {
  return text.split('\n').flatMap((line): Listener[] => {
    const [protocol, , , , local] = line.trim().split(/\s+/);
    const port = Number(/:(\d+)$/.exec(local ?? '')?.[1]);
    if ((protocol !== 'tcp' && protocol !== 'udp') || !port) return [];
    const [, program, pid] = /\(\("([^"]*)",pid=(\d+)/.exec(line) ?? [];
    return [{ protocol, port, ...(program === undefined ? {} : { program, pid: Number(pid) }) }];
  });
}

/** The programs with the port that do not belong to this server. */
async function strangers(io: ReadIo, found: readonly Listener[], serve: number | undefined): Promise<string[]> {
  const names: string[] = [];
  for (const { program, pid } of found) {
    // Without root, ss names no process: if the server runs, it most likely has the port.
    if (pid === undefined ? serve !== undefined : await isServes(io, pid, serve)) continue;
    names.push(pid === undefined ? 'another program' : `${program} (process ${pid})`);
  }
  return [...new Set(names)];
}

/** The ports of the server are free, or the server itself has them. */
export const ports: Check = {
  name: 'ports',
  good: 'no other program has the ports of the server',
  async run({ io, paths, config, card }) {
    const exit = await io.run({ argv: ['ss', '-H', '-tulnp'] });
    const listeners = parseListeners(exit.stdout);
    const serve = await servingPid(io, paths);
    const dhcp = card === undefined ? note : wrong;
    const wanted = [
      { protocol: 'tcp', port: config.ports.rsync, what: 'rsync', kind: wrong, other: 'ports.rsync in server.toml' },
      { protocol: 'tcp', port: config.ports.http, what: 'HTTP', kind: wrong, other: 'ports.http in server.toml' },
      // RFC 2131 section 4.1; RFC 1350 section 4.
      { protocol: 'udp', port: 67, what: 'DHCP', kind: dhcp, other: undefined },
      { protocol: 'udp', port: 69, what: 'TFTP', kind: dhcp, other: undefined },
    ] as const;
    const findings: Finding[] = [];
    for (const { protocol, port, what, kind, other } of wanted) {
      const found = listeners.filter((one) => one.protocol === protocol && one.port === port);
      for (const who of await strangers(io, found, serve)) {
        const hint = other
          ? `End that program, or choose another port: ${other}.`
          : 'serve --dhcp needs that port: end that program.';
        findings.push(kind(`port ${port} for ${what} is taken by ${who}`, hint));
      }
    }
    return findings;
  },
};
