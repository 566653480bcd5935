import { type HostsLine, hostsEntry, printHosts as printHostsFile } from '../../common/model/hosts.ts';
import { UserError } from '../../common/system/errors.ts';
import { type AbsPath, here, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import type { ServerPaths } from '../config/paths.ts';
import type { HostScript } from './host-script.ts';
import { type KnownHost, printHosts } from './hosts-json.ts';

/** A machine to make known. */
export type NewHost = { host: string; domain?: string; ip?: string; mac?: string; image: string; groups?: string[] };

/** What lies on the server now. */
export type AddFacts = {
  paths: Pick<ServerPaths, 'scripts' | 'hosts'>;
  /** The administrator's own /etc/hosts. */
  etcHosts: { at: AbsPath; lines: HostsLine[] };
  /** What scripts/HOST.sh is, for each new host. */
  scripts: ReadonlyMap<string, HostScript>;
  known: KnownHost[];
  /** scripts/hosts; undefined where it is not there yet. */
  hostsLines: HostsLine[] | undefined;
};

/** Marks the lines of hosts files that addclients may change. */
const mark = '# addclients';

function clash(one: NewHost, other: KnownHost): UserError {
  const what = one.mac !== undefined && other.mac === one.mac ? `MAC ${one.mac}` : `address ${one.ip}`;
  return new UserError(`${one.host} and ${other.host} would have the same ${what}`, 'Give each machine its own.');
}

/** hosts.json with the new machines: each host, MAC and address once; a clash with another machine is refused. */
export function mergeKnown(known: readonly KnownHost[], added: readonly NewHost[]): KnownHost[] {
  const names = new Set(added.map((one) => one.host));
  const others = known.filter((one) => !names.has(one.host));
  const before = new Map(known.map((one) => [one.host, one]));
  const merged = added.map((one): KnownHost => {
    const { mac, groups } = before.get(one.host) ?? {};
    return { ...(mac === undefined ? {} : { mac }), ...(groups === undefined ? {} : { groups }), ...one };
  });
  const [byMac, byIp] = [new Map<string, KnownHost>(), new Map<string, KnownHost>()];
  for (const one of [...others, ...merged]) {
    const other = (one.mac && byMac.get(one.mac)) || (one.ip && byIp.get(one.ip));
    if (other) throw clash({ image: '', ...one }, other);
    if (one.mac) byMac.set(one.mac, one);
    if (one.ip) byIp.set(one.ip, one);
  }
  return [...others, ...merged];
}

const firstLabel = (name: string) => name.split('.')[0] ?? '';

/** True for a line that addclients wrote for one of these hosts. */
export function isOurLine(line: HostsLine, hosts: ReadonlySet<string>): boolean {
  if (line.kind !== 'entry' || line.comment.trim() !== mark) return false;
  return line.names.some((name) => hosts.has(firstLabel(name)));
}

/** A hosts file with the new machines. Lines that addclients did not write stay; one that says otherwise is refused. */
export function mergeHostsLines(lines: readonly HostsLine[], added: readonly NewHost[], file: string): HostsLine[] {
  const hosts = new Set(added.map((one) => one.host));
  const kept = lines.filter((line) => !isOurLine(line, hosts));
  const [byAddress, byName] = [new Map<string, HostsLine>(), new Map<string, HostsLine>()];
  for (const line of kept) {
    if (line.kind !== 'entry') continue;
    byAddress.set(line.address, line);
    for (const name of line.names) byName.set(name, line);
  }
  const entries = added.flatMap((one): HostsLine[] => {
    if (one.ip === undefined) return [];
    const full = one.domain === undefined ? [] : [`${one.host}.${one.domain}`];
    const there = byAddress.get(one.ip);
    const named = byName.get(one.host) ?? byName.get(full[0] ?? '');
    if (there !== named) {
      const foreign = there ?? named;
      throw new UserError(
        `${file} has ${JSON.stringify(foreign?.raw.trim())}, which clashes with ${one.host} at ${one.ip}`,
        'Correct or remove that line, or choose other addresses.',
      );
    }
    return there ? [] : [hostsEntry(one.ip, [...full, one.host], mark)];
  });
  const last = kept.at(-1);
  const isTorn = entries.length > 0 && last !== undefined && !last.raw.endsWith('\n');
  return [...kept, ...(isTorn ? [{ kind: 'other' as const, raw: '\n' }] : []), ...entries];
}

/** Links to the master script, /etc/hosts, scripts/hosts and hosts.json; what is so already is left out. */
export function planAddClients(added: readonly NewHost[], facts: AddFacts): Step[] {
  const { paths, scripts, etcHosts } = facts;
  const links = added.flatMap((one): Step[] => {
    const target = `${one.image}.master`;
    const now = scripts.get(one.host);
    // Somebody's own script stays; a link that is right already needs nothing.
    if (now?.kind === 'foreign' || (now?.kind === 'ours' && now.target === target)) return [];
    const at = here(under(paths.scripts, `${one.host}.sh`));
    return [{ why: `${one.host} installs ${one.image}`, kind: 'symlink', at, target }];
  });
  const etc = mergeHostsLines(etcHosts.lines, added, etcHosts.at);
  const served = under(paths.scripts, 'hosts');
  // The first time it is a copy, so that machines find all that the administrator wrote down before.
  const ours = mergeHostsLines(facts.hostsLines ?? etc, added, served);
  const write = (why: string, at: AbsPath, text: string, backup: boolean): Step => {
    return { why, kind: 'write', at: here(at), content: text, mode: 0o644, ...(backup ? { backup } : {}) };
  };
  const isChanged = printHostsFile(etc) !== printHostsFile(etcHosts.lines);
  return [
    ...links,
    ...(isChanged
      ? [
          { why: 'Make its folder', kind: 'mkdir', at: here(under(etcHosts.at, '..')) } as const,
          write('Write who has which address', etcHosts.at, printHostsFile(etc), true),
        ]
      : []),
    write('Tell it to machines that know only their address', served, printHostsFile(ours), false),
    write('Write the machines for DHCP and netboot', paths.hosts, printHosts(mergeKnown(facts.known, added)), false),
  ];
}
