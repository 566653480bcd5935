import { Resolver } from 'node:dns/promises';

/** What DNS says of an address: its names as they came, unchecked, or why there are none. */
export type ReverseAnswer = { names: string[] } | { reason: string };

/** Two tries of two seconds for each server (c-ares); a name server that is only slow answers in that time. */
const limits = { timeout: 2000, tries: 2 };

/**
 * Asks these name servers for the names of an address. resolv.conf is not looked at: it is read once, and this program started
 * before there was a network.
 */
export async function reverseDns(address: string, servers: readonly string[]): Promise<ReverseAnswer> {
  if (servers.length === 0) return { reason: 'no name server is known' };
  const resolver = new Resolver(limits);
  resolver.setServers(servers);
  try {
    return { names: await resolver.reverse(address) };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return { reason: `${reasons[code] ?? code} (${servers.join(', ')})` };
  }
}

const reasons: Record<string, string> = {
  ENOTFOUND: 'no name',
  ENODATA: 'no name',
  ETIMEOUT: 'no answer',
  ECONNREFUSED: 'no name server there',
  ESERVFAIL: 'the name server failed',
  EREFUSED: 'the name server refused',
};
