import { Resolver } from 'node:dns/promises';
import type { Io } from '../../common/system/io.ts';
import { waitForNext } from '../../common/system/retry.ts';
import type { Watch } from './backoff.ts';

/** The answer of DNS on an address: its unchecked names, or why there are none; `mayPass`: that reason may pass. */
export type ReverseAnswer = { names: string[] } | { reason: string; mayPass?: boolean };

/** Two tries of two seconds for each server (c-ares); a name server that is only slow answers in that time. */
const limits = { timeout: 2000, tries: 2 };

/**
 * Asks these name servers for the names of an address. resolv.conf does not count: Node reads it once, and this program started
 * before there was a network.
 */
export async function reverseDns(address: string, servers: readonly string[]): Promise<ReverseAnswer> {
  if (servers.length === 0) return { reason: 'no name server is known' };
  const resolver = new Resolver(limits);
  resolver.setServers(servers);
  try {
    // Resolver.reverse() gives ENOTFOUND for every failure, because c-ares looks into /etc/hosts last.
    return { names: await resolver.resolvePtr(`${address.split('.').toReversed().join('.')}.in-addr.arpa`) };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return { reason: `${reasons[code] ?? code} (${servers.join(', ')})`, mayPass: passing.includes(code) };
  }
}

/** The errors while a name server starts at the same time as this machine. */
const passing = ['ETIMEOUT', 'ECONNREFUSED', 'ESERVFAIL'];

/** About a minute: 2, 4, 8, 16 and 32 s apart. */
const patience = { times: 5, firstDelayMs: 2000 };

/** Asks again, and says why, while the reason may pass. */
export async function reversePatiently(
  io: Io,
  watch: Watch,
  look: () => Promise<ReverseAnswer>,
): Promise<ReverseAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await look();
    if ('names' in answer || !answer.mayPass) return answer;
    if (!(await waitForNext({ io, ...watch }, patience, attempt, `Reverse DNS: ${answer.reason}`))) return answer;
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
