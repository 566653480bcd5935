import type { CliContext } from '../../common/cli.ts';
import { type HostsLine, namesOf, parseHosts } from '../../common/model/hosts.ts';
import { parseIpv4 } from '../../common/model/ipv4.ts';
import { DomainName } from '../../common/model/names.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { serverPaths } from '../config/paths.ts';
import type { Reserved } from './kind.ts';

/** A name server that does not answer must not hold anything up. */
const limitMs = 20_000;

async function hostsLines({ io, root }: CliContext): Promise<HostsLine[]> {
  const linesOf = async (at: AbsPath) => parseHosts((await io.readText(at)) ?? '');
  const files = [under(serverPaths(root).scripts, 'hosts'), under(root, 'etc/hosts')];
  return (await Promise.all(files.map(linesOf))).flat();
}

/** What getent(1) finds, which asks DNS too; nothing below a root of its own. */
async function getent({ io, root }: CliContext, database: 'hosts' | 'ahostsv4', keys: readonly string[]) {
  if (root !== '/' || keys.length === 0) return '';
  return (await io.run({ argv: ['getent', database, ...keys], limitMs })).stdout;
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
  const all = [...lines, ...parseHosts(await getent(context, 'hosts', unnamed))];
  return (ip) => nameIn(all, ip);
}

/** The reservations with what their names mean now, each address once: hosts files first, then DNS. */
export async function withMeanings(context: CliContext, reserved: readonly Reserved[]): Promise<Reserved[]> {
  const lines = await hostsLines(context);
  const addressesIn = (some: readonly HostsLine[], name: string) =>
    some.flatMap((line) => (line.kind === 'entry' && line.names.includes(name) ? [line.address] : []));
  const isName = ({ address }: Reserved) => parseIpv4(address) === undefined && DomainName.safeParse(address).success;
  const names = new Set(reserved.filter(isName).map((one) => one.address));
  const asked = new Map<string, string[]>();
  for (const name of names) {
    const known = addressesIn(lines, name);
    const found = known.length > 0 ? '' : await getent(context, 'ahostsv4', [name]);
    asked.set(name, [...new Set([...known, ...(found.match(/^[\d.]+/gm) ?? [])])]);
  }
  return reserved.flatMap((one) => {
    const meanings = asked.get(one.address) ?? [];
    return meanings.length > 0 ? meanings.map((ip) => ({ ...one, ip })) : [one];
  });
}
