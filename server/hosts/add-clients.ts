import { type HostsLine, hostsEntry, printHosts as printHostsFile } from '../../common/model/hosts.ts';
import { UserError } from '../../common/system/errors.ts';
import { here, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import type { ServerPaths } from '../config/paths.ts';
import { type KnownHost, printHosts } from './hosts-json.ts';

/** A machine to make known. */
export type NewHost = { host: string; domain?: string; ip?: string; mac?: string; image: string };

/** What lies on the server now. */
export type AddFacts = {
  paths: Pick<ServerPaths, 'scripts' | 'hosts'>;
  /** What scripts/HOST.sh is, for each new host: `foreign` is a file or a link that somebody else made. */
  scripts: Map<string, 'absent' | 'ours' | 'foreign'>;
  known: KnownHost[];
  hostsLines: HostsLine[];
};

/** Marks the lines of scripts/hosts that addclients may change. */
const mark = '# addclients';

/** True for the target of a link that addclients makes. */
export function isOurLink(target: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]*\.master$/.test(target);
}

/** hosts.json with the new machines: each host, MAC and address once; a clash with another machine is refused. */
export function mergeKnown(known: readonly KnownHost[], added: readonly NewHost[]): KnownHost[] {
  const names = new Set(added.map((one) => one.host));
  const others = known.filter((one) => !names.has(one.host));
  for (const one of added) {
    const clash = [...others, ...added.filter((other) => other !== one)].find(
      (other) => (one.mac !== undefined && other.mac === one.mac) || (one.ip !== undefined && other.ip === one.ip),
    );
    if (clash)
      throw new UserError(
        `${one.host} and ${clash.host} would have the same ${clash.mac !== undefined && clash.mac === one.mac ? `MAC ${clash.mac}` : `address ${clash.ip}`}`,
        'Give each machine its own.',
      );
  }
  const merged = added.map((one): KnownHost => {
    const before = known.find((other) => other.host === one.host);
    return { ...(before?.mac === undefined ? {} : { mac: before.mac }), ...one };
  });
  return [...others, ...merged];
}

/** scripts/hosts with the new machines. Lines that addclients did not write stay; one that says otherwise is refused. */
export function mergeHostsLines(lines: readonly HostsLine[], added: readonly NewHost[]): HostsLine[] {
  const names = new Set(added.map((one) => one.host));
  const isOld = (line: HostsLine) =>
    line.kind === 'entry' &&
    line.comment.trim() === mark &&
    line.names.some((name) => names.has(name.split('.')[0] ?? ''));
  const kept = lines.filter((line) => !isOld(line));
  const entries = added.flatMap((one): HostsLine[] => {
    if (one.ip === undefined) return [];
    const full = one.domain === undefined ? [] : [`${one.host}.${one.domain}`];
    const foreign = kept.find(
      (line) =>
        line.kind === 'entry' &&
        (line.address === one.ip) !== line.names.some((name) => name === one.host || name === full[0]),
    );
    if (foreign)
      throw new UserError(
        `scripts/hosts has ${JSON.stringify(foreign.raw.trim())}, which clashes with ${one.host} at ${one.ip}`,
        'Correct or remove that line, or choose other addresses.',
      );
    const isThere = kept.some((line) => line.kind === 'entry' && line.address === one.ip);
    return isThere ? [] : [hostsEntry(one.ip, [...full, one.host], mark)];
  });
  const last = kept.at(-1);
  const isTorn = entries.length > 0 && last !== undefined && !last.raw.endsWith('\n');
  return [...kept, ...(isTorn ? [{ kind: 'other' as const, raw: '\n' }] : []), ...entries];
}

/** Links to the master script, scripts/hosts and hosts.json. */
export function planAddClients(added: readonly NewHost[], facts: AddFacts): Step[] {
  const { paths } = facts;
  const foreign = added.find((one) => facts.scripts.get(one.host) === 'foreign');
  if (foreign)
    throw new UserError(
      `${under(paths.scripts, `${foreign.host}.sh`)} is a script of its own, not a link to a master`,
      'Move it away, or leave that machine out.',
    );
  const links = added.map((one): Step => {
    const at = here(under(paths.scripts, `${one.host}.sh`));
    return { why: `${one.host} installs ${one.image}`, kind: 'symlink', at, target: `${one.image}.master` };
  });
  const hostsText = printHostsFile(mergeHostsLines(facts.hostsLines, added));
  const known = printHosts(mergeKnown(facts.known, added));
  return [
    ...links,
    {
      why: 'Write who has which address',
      kind: 'write',
      at: here(under(paths.scripts, 'hosts')),
      content: hostsText,
      mode: 0o644,
    },
    {
      why: 'Write the machines for DHCP and netboot',
      kind: 'write',
      at: here(paths.hosts),
      content: known,
      mode: 0o644,
    },
  ];
}
