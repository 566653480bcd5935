import { z } from 'zod';
import { HostName, ImageName } from './names.ts';

/** A range such as `node003-node010`: the same text stands before both numbers. */
const rangePattern = /^(?=.{1,150}$)([a-z0-9-]*?)(\d{1,9})-\1(\d{1,9})$/;

/** Host names as one word: www1, a range as node003-node010, or a pattern with `*` for any characters. */
export const HostPattern = z
  .string()
  .regex(/^(?!.*\*.*\*.*\*)[a-z0-9*-]{1,130}$/, 'write hosts as www1, node003-node010 or db*')
  .refine(
    (text) => rangePattern.test(text) || text.includes('*') || HostName.safeParse(text).success,
    'write hosts as www1, node003-node010 or db*',
  );

/** A group of hosts. Its name is that of overrides/group/NAME and of scripts NN-group-NAME-…. */
export const Group = z.strictObject({ name: ImageName, hosts: z.array(HostPattern) });
export type Group = z.infer<typeof Group>;

/** True if the pattern matches this host. A range with leading zeros matches only names of the same width. */
export function matchesHost(pattern: string, host: string): boolean {
  if (pattern === host) return true;
  const [, prefix, first, last] = rangePattern.exec(pattern) ?? [];
  if (prefix !== undefined && first !== undefined && last !== undefined) {
    const digits = host.startsWith(prefix) ? host.slice(prefix.length) : '';
    if (!/^\d{1,9}$/.test(digits) || Number(digits) < Number(first) || Number(digits) > Number(last)) return false;
    return first.startsWith('0') ? digits.length === first.length : !digits.startsWith('0');
  }
  const parts = pattern.split('*');
  return parts.length > 1 && new RegExp(`^${parts.join('[a-z0-9-]*')}$`).test(host);
}

/** The names of the groups that a host is in, in their order: weakest first. */
export function groupsOf(groups: readonly Group[], host: string): string[] {
  return groups.filter((group) => group.hosts.some((one) => matchesHost(one, host))).map((group) => group.name);
}

/** The text of scripts/groups: a line for each group, its name and its hosts, weakest first. */
export function printGroups(groups: readonly Group[]): string {
  const lines = groups.map(({ name, hosts }) => `${[`${name}:`, ...hosts].join(' ')}\n`);
  return `# Written by \`systemimager serve\` from groups.toml and hosts.json.\n${lines.join('')}`;
}

/** Reads scripts/groups; other lines are left out. */
export function parseGroups(text: string): Group[] {
  return text.split('\n').flatMap((line) => {
    const [first = '', ...hosts] = line.trim().split(/\s+/);
    const group = Group.safeParse({ name: first.replace(/:$/, ''), hosts });
    return first.endsWith(':') && group.success ? [group.data] : [];
  });
}
