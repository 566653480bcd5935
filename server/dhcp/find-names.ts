import type { CliContext } from '../../common/cli.ts';
import { type HostsLine, namesOf, parseHosts } from '../../common/model/hosts.ts';
import { DomainName } from '../../common/model/names.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { serverPaths } from '../config/paths.ts';

/** Host names of addresses: hosts files first, then whatever getent(1) asks, which is DNS too. */
export async function findNames(
  context: CliContext,
  addresses: readonly string[],
): Promise<(ip: string) => string | undefined> {
  const { io, root } = context;
  const linesOf = async (at: AbsPath): Promise<HostsLine[]> => parseHosts((await io.readText(at)) ?? '');
  const files = [under(serverPaths(root).scripts, 'hosts'), under(root, 'etc/hosts')];
  const lines = (await Promise.all(files.map(linesOf))).flat();
  const nameIn = (some: readonly HostsLine[], ip: string) =>
    namesOf(some, ip)
      .map((name) => name.toLowerCase())
      .find((name) => DomainName.safeParse(name).success);
  const unnamed = addresses.filter((ip) => nameIn(lines, ip) === undefined);
  // A name server that does not answer must not hold this up.
  const limitMs = 20_000;
  const asksDns = root === '/' && unnamed.length > 0;
  const asked = asksDns ? await io.run({ argv: ['getent', 'hosts', ...unnamed], limitMs }) : undefined;
  const all = [...lines, ...parseHosts(asked?.stdout ?? '')];
  return (ip) => nameIn(all, ip);
}
