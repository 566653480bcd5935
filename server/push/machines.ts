import { groupsOf, type Group, matchesHost } from '../../common/model/groups.ts';
import { hostPart } from '../../common/model/names.ts';
import { UserError } from '../../common/system/errors.ts';
import type { KnownHost } from '../config/hosts-json.ts';
import { checkedHostNames, refuseTooMany } from '../hosts/host-range.ts';

/** What an administrator may name: the machines of this server, and their groups. */
export type Known = {
  /** Every machine of hosts.json and of scripts/. */
  hosts: readonly string[];
  /** hosts.json: addresses and domains. */
  entries: readonly KnownHost[];
  groups: readonly Group[];
};

/** A machine that ssh reaches at `address`: the address of hosts.json, else the host name, which the resolver must know. */
export type Machine = { host: string; address: string };

/** The machines that the words mean, each once, in the order of the words: www1, www1-www9, rack{1-4}n{1-40}, db*, @GROUP. */
export function machinesOf(words: readonly string[], known: Known): Machine[] {
  const hosts = new Set<string>();
  for (const word of words) {
    for (const host of hostsOf(word.toLowerCase(), known)) hosts.add(host);
    refuseTooMany(hosts.size, words.join(' '));
  }
  const entries = new Map(known.entries.map((one) => [one.host, one]));
  return [...hosts].map((host) => {
    const { ip, domain } = entries.get(host) ?? {};
    return { host, address: ip ?? (domain === undefined ? host : `${host}.${domain}`) };
  });
}

function hostsOf(word: string, { hosts, groups }: Known): string[] {
  if (word.startsWith('@')) {
    const name = word.slice(1);
    if (!groups.some((group) => group.name.toLowerCase() === name))
      throw new UserError(
        `there is no group ${name}`,
        groups.length === 0
          ? 'Groups come from addclients -group and from groups.toml.'
          : `The groups: ${groups.map((group) => group.name).join(', ')}.`,
      );
    const members = hosts.filter((host) => groupsOf(groups, host).some((one) => one.toLowerCase() === name));
    if (members.length > 0) return members;
    throw new UserError(`no machine of this server is in the group ${name}`, 'lsclients lists all machines.');
  }
  if (!word.includes('*')) return checkedHostNames(hostPart(word) ?? word);
  const found = hosts.filter((host) => matchesHost(word, host));
  if (found.length > 0) return found;
  throw new UserError(`no machine of this server is called ${word}`, 'lsclients lists all machines.');
}

/** The words of a file with machines: blanks and newlines between them, `#` before a remark. */
export const hostFileWords = (text: string): string[] =>
  text.split(/\r?\n/).flatMap((line) =>
    line
      .replace(/#.*/, '')
      .trim()
      .split(/[\s,]+/)
      .filter(Boolean),
  );
