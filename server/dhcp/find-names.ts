import type { CliContext } from '../../common/cli.ts';
import { type HostsLine, namesOf, parseHosts } from '../../common/model/hosts.ts';
import { parseIpv4 } from '../../common/model/ipv4.ts';
import { DomainName } from '../../common/model/names.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { serverPaths } from '../config/paths.ts';
import type { Reserved } from './kind.ts';

/** A name server that does not answer must not hold up a command. */
const limitMs = 20_000;

async function hostsLines({ io, root }: CliContext): Promise<HostsLine[]> {
  const linesOf = async (at: AbsPath) => parseHosts((await io.readText(at)) ?? '');
  const files = [under(serverPaths(root).scripts, 'hosts'), under(root, 'etc/hosts')];
  return (await Promise.all(files.map(linesOf))).flat();
}

/** Asks getent(1), which asks DNS too; finds nothing with another --root. */
async function getent({ io, root }: CliContext, database: 'hosts' | 'ahostsv4', keys: readonly string[]) {
  if (root !== '/' || keys.length === 0) return { stdout: '', timedOut: false };
  return io.run({ argv: ['getent', database, ...keys], limitMs });
}

/** Host names of addresses: hosts files first, then DNS. */
export async function findNames(
  context: CliContext,
  addresses: readonly string[],
): Promise<(ip: string) => string | undefined> {
  const lines = await hostsLines(context);
  const nameIn = (some: readonly HostsLine[], ip: string) =>
    namesOf(some, ip)
      .map((name) => name.toLowerCase())
      .find((name) => DomainName.safeParse(name).success);
  const unnamed = addresses.filter((ip) => nameIn(lines, ip) === undefined);
  const all = [...lines, ...parseHosts((await getent(context, 'hosts', unnamed)).stdout)];
  return (ip) => nameIn(all, ip);
}

/** How many names are looked up at once. */
const atOnce = 16;

/**
 * The reservations with the addresses that their names have now, one reservation per address: hosts files first, then DNS.
 * `unknown` are names without an address now.
 */
export async function withMeanings(
  context: CliContext,
  reserved: readonly Reserved[],
): Promise<{ reserved: Reserved[]; unknown: string[] }> {
  const lines = await hostsLines(context);
  const meanings = new Map<string, string[]>();
  for (const { address } of reserved)
    if (parseIpv4(address) === undefined && DomainName.safeParse(address).success)
      meanings.set(
        address,
        lines.flatMap((line) => (line.kind === 'entry' && line.names.includes(address) ? [line.address] : [])),
      );
  const isUnknown = ([, found]: [string, string[]]) => found.length === 0;
  const names = [...meanings].filter(isUnknown).map(([name]) => name);
  for (let at = 0; at < names.length; at += atOnce) {
    const some = names.slice(at, at + atOnce);
    const answers = await Promise.all(some.map((name) => getent(context, 'ahostsv4', [name])));
    for (const [which, { stdout }] of answers.entries())
      meanings.set(some[which] ?? '', [...new Set(stdout.match(/^[\d.]+/gm))]);
    // The name server does not answer: each further name would wait as long.
    if (answers.some((one) => one.timedOut)) break;
  }
  return {
    reserved: reserved.flatMap((one) => {
      const found = meanings.get(one.address) ?? [];
      return found.length > 0 ? found.map((ip) => ({ ...one, ip })) : [one];
    }),
    unknown: [...meanings].filter(isUnknown).map(([name]) => name),
  };
}
