import { UserError } from '../../common/system/errors.ts';
import { here, printPlace, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import type { ServerPaths } from '../config/paths.ts';
import type { HostScript } from './host-script.ts';
import { mergeHostsLines } from './hosts-lines.ts';
import { type HostsFile, planHostsFile } from './hosts-file.ts';
import { afterCards, type Netboot, printNetboot } from '../netboot/netboot.ts';
import { type KnownHost, printHosts } from '../config/hosts-json.ts';

/** A machine to make known. */
export type NewHost = { host: string; domain?: string; ip?: string; mac?: string; image: string; groups?: string[] };

/** What the server has now. */
export type AddFacts = {
  paths: Pick<ServerPaths, 'scripts' | 'hosts' | 'netboot'>;
  /** The administrator's own /etc/hosts. */
  etcHosts: HostsFile;
  /** What scripts/HOST.sh is, for each new host. */
  scripts: ReadonlyMap<string, HostScript>;
  known: readonly KnownHost[];
  netboot: Netboot;
  /** scripts/hosts. */
  served: HostsFile;
};

function clash(one: KnownHost, other: KnownHost): UserError {
  const what = one.mac !== undefined && other.mac === one.mac ? `MAC ${one.mac}` : `address ${one.ip}`;
  return new UserError(`${one.host} and ${other.host} would have the same ${what}`, 'Give each machine its own.');
}

/**
 * hosts.json with the new machines: each host, MAC and address once; a clash with another machine is refused. A known machine
 * keeps its place in the list, and its values that were not typed again.
 */
export function mergeKnown(known: readonly KnownHost[], added: readonly NewHost[]): KnownHost[] {
  const said = new Map(added.map((one) => [one.host, one]));
  const names = new Set(known.map((one) => one.host));
  const merged = [
    ...known.map((one) => ({ ...one, ...said.get(one.host) })),
    ...added.filter((one) => !names.has(one.host)),
  ];
  const [byMac, byIp] = [new Map<string, KnownHost>(), new Map<string, KnownHost>()];
  for (const one of merged) {
    const other = (one.mac && byMac.get(one.mac)) || (one.ip && byIp.get(one.ip));
    if (other) throw clash(one, other);
    if (one.mac) byMac.set(one.mac, one);
    if (one.ip) byIp.set(one.ip, one);
  }
  return merged;
}

/** Steps for links to the master script, /etc/hosts, scripts/hosts and hosts.json, without steps that change nothing. */
export function planAddClients(added: readonly NewHost[], facts: AddFacts): Step[] {
  const { paths, scripts, etcHosts, served } = facts;
  const links = added.flatMap((one): Step[] => {
    const target = `${one.image}.master`;
    const now = scripts.get(one.host);
    // A host's own script stays; a link that is right already needs no step.
    if (now?.kind === 'foreign' || (now?.kind === 'ours' && now.target === target)) return [];
    const at = here(under(paths.scripts, `${one.host}.sh`));
    return [{ why: `${one.host} installs ${one.image}`, kind: 'symlink', at, target }];
  });
  const known = mergeKnown(facts.known, added);
  const names = new Set(added.map((one) => one.host));
  const machines = known.filter((one) => names.has(one.host));
  const etc = mergeHostsLines(etcHosts.lines, machines, printPlace(etcHosts.at));
  // The first time, scripts/hosts is a copy of /etc/hosts, so that machines find all that the administrator wrote before.
  const ours = mergeHostsLines(served.attrs ? served.lines : etc, machines, printPlace(served.at));
  const json = { kind: 'write', at: here(paths.hosts), content: printHosts(known), mode: 0o644 } as const;
  const boots = printNetboot(afterCards(facts.netboot, facts.known, known));
  const netboot = { kind: 'write', at: here(paths.netboot), content: boots, mode: 0o644 } as const;
  return [
    ...links,
    ...planHostsFile('Write the addresses of the machines', etcHosts, etc, true),
    ...planHostsFile('Tell the names to machines that know only their address', served, ours, false),
    // netboot.json comes before hosts.json: a machine may boot in between.
    ...(printNetboot(facts.netboot) === boots
      ? []
      : [{ why: 'Keep the choices of netboot for machines with a new MAC', ...netboot }]),
    ...(printHosts(facts.known) === json.content ? [] : [{ why: 'Write the machines for DHCP and netboot', ...json }]),
  ];
}
