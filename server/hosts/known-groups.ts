import type { Group } from '../../common/model/groups.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { readGroupsToml } from '../config/groups-toml.ts';
import type { ServerPaths } from '../config/paths.ts';
import { type KnownHost, readHosts } from '../config/hosts-json.ts';

/**
 * groups.toml with the machines that addclients put into groups. Groups that only addclients knows come after those of the
 * file, in the order of their names, so that their overrides win over those of the file's groups.
 */
export function withKnownGroups(groups: readonly Group[], known: readonly KnownHost[]): Group[] {
  const members = Map.groupBy(
    known.flatMap(({ host, groups: names = [] }) => names.map((name) => ({ name, host }))),
    (one) => one.name,
  );
  const hostsOf = (name: string) => (members.get(name) ?? []).map((one) => one.host);
  const listed = groups.map(({ name, hosts }) => ({ name, hosts: [...new Set([...hosts, ...hostsOf(name)])] }));
  const others = [...members.keys()].filter((name) => !groups.some((one) => one.name === name));
  return [...listed, ...others.sort().map((name) => ({ name, hosts: hostsOf(name) }))];
}

/** All groups of hosts, the weakest first. */
export async function readGroups(io: ReadIo, paths: Pick<ServerPaths, 'groups' | 'hosts'>): Promise<Group[]> {
  return withKnownGroups(await readGroupsToml(io, paths.groups), await readHosts(io, paths.hosts));
}
