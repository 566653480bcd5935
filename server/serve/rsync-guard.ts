import type { ReadIo } from '../../common/system/io.ts';
import { under } from '../../common/system/place.ts';
import { sourceOf } from '../config/networks.ts';

/** A connection to a port of this machine: the inode of its socket, and the address at the other end. */
export type Connection = { inode: number; address: string };

/** Connections that are open, or that only the other end has closed (linux/net/tcp_states.h). */
const openStates = ['01', '08'];

/** An address as proc_net_tcp(5) writes it: words in the processor's byte order, which is little-endian on our architectures. */
function readAddress(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => word.match(/../g)?.toReversed() ?? []);
  const ipv4 = (four: string[]) => four.map((byte) => Number.parseInt(byte, 16)).join('.');
  if (bytes.length === 4) return ipv4(bytes);
  const text = bytes.join('').toLowerCase();
  return text.startsWith('0'.repeat(20) + 'ffff') ? ipv4(bytes.slice(12)) : (text.match(/.{4}/g) ?? []).join(':');
}

/** The connections to a port, the oldest first, from the texts of /proc/net/tcp and tcp6. */
export function connectionsTo(port: number, texts: readonly string[]): Connection[] {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  return texts
    .flatMap((text) => text.split('\n').slice(1))
    .flatMap((line) => {
      const [, local = '', remote = '', state = '', , , , , , inode] = line.trim().split(/\s+/);
      const isOurs = local.endsWith(`:${hexPort}`) && openStates.includes(state) && inode !== undefined;
      return isOurs ? [{ inode: Number(inode), address: readAddress(remote.split(':')[0] ?? '') }] : [];
    })
    .sort((a, b) => a.inode - b.inode);
}

/** The connections to end: of addresses that are not answered, and the youngest of an address with more than its share. */
export function connectionsToEnd(
  connections: readonly Connection[],
  { isAnswered, most }: { isAnswered: (address: string) => boolean; most: number },
): Connection[] {
  const counts = new Map<string, number>();
  return connections.filter(({ address }) => {
    const source = sourceOf(address);
    const count = (counts.get(source) ?? 0) + 1;
    counts.set(source, count);
    return !isAnswered(address) || count > most;
  });
}

/** The children of a daemon that serve these connections. */
async function childrenWith(io: ReadIo, daemon: number, connections: readonly Connection[]): Promise<number[]> {
  const wanted = new Set(connections.map(({ inode }) => `socket:[${inode}]`));
  const found: number[] = [];
  const children = (await io.readText(`/proc/${daemon}/task/${daemon}/children`)) ?? '';
  for (const pid of children.split(' ').map(Number).filter(Boolean)) {
    const folder = under('/proc', String(pid), 'fd');
    // A child may end while it is looked at.
    for (const fd of (await io.list(folder).catch(() => undefined)) ?? []) {
      const link = await io.readLink(under(folder, fd)).catch(() => undefined);
      if (link === undefined || !wanted.has(link)) continue;
      found.push(pid);
      break;
    }
  }
  return found;
}

/** How often the console tells that connections were ended. */
const tellMs = 60_000;

/**
 * Gives a function that ends an address's connections to the rsync daemon beyond its share, and all of addresses that are not
 * answered: rsyncd.conf(5) has one limit for all, and checks `hosts allow` only after a client has said what it wants.
 */
export function rsyncGuard(
  io: ReadIo,
  limits: { port: number; most: number; isAnswered: (address: string) => boolean },
  say: (line: string) => void,
  end = (pid: number) => void process.kill(pid, 'SIGTERM'),
): (daemon: number) => Promise<void> {
  let toldMs = Number.NEGATIVE_INFINITY;
  return async (daemon) => {
    const texts = await Promise.all((['/proc/net/tcp', '/proc/net/tcp6'] as const).map((at) => io.readText(at)));
    const open = connectionsTo(
      limits.port,
      texts.map((text) => text ?? ''),
    );
    const tooMany = connectionsToEnd(open, limits);
    if (tooMany.length === 0) return;
    for (const pid of await childrenWith(io, daemon, tooMany))
      try {
        end(pid);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    if (performance.now() - toldMs < tellMs) return;
    toldMs = performance.now();
    const who = [...new Set(tooMany.map(({ address }) => address))].slice(0, 5).join(', ');
    say(
      `${who} had more than ${limits.most} connections to rsync, or is outside of networks: ${tooMany.length} were ended. ` +
        'max_connections_per_address in server.toml allows more.',
    );
  };
}
