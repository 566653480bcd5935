import { firstLabel } from '../../common/model/names.ts';
import { type HostsLine, hostsEntry } from '../../common/model/hosts.ts';
import { UserError } from '../../common/system/errors.ts';
import type { KnownHost } from '../config/hosts-json.ts';

/** Marks the lines of hosts files that addclients may change. */
const mark = '# addclients';

/** True for a line that addclients wrote for one of these hosts. */
export function isOurLine(line: HostsLine, hosts: { has(host: string): boolean }): boolean {
  return ourHost(line, hosts) !== undefined;
}

function ourHost(line: HostsLine, hosts: { has(host: string): boolean }): string | undefined {
  if (line.kind !== 'entry' || line.comment.trim() !== mark) return undefined;
  return line.names.map(firstLabel).find((name) => hosts.has(name));
}

/** The machine's line; undefined if a line that is not ours says the same. Refuses to contradict such a line. */
function entryOf(one: KnownHost, ip: string, others: readonly HostsLine[], file: string): HostsLine | undefined {
  const names = [...(one.domain === undefined ? [] : [`${one.host}.${one.domain}`]), one.host];
  const entries = others.filter((line) => line.kind === 'entry');
  const there = entries.filter((line) => line.address === ip);
  if (there.some((line) => line.names.some((name) => firstLabel(name) === one.host))) return undefined;
  const foreign = there[0] ?? entries.find((line) => line.names.some((name) => names.includes(name)));
  if (!foreign) return hostsEntry(ip, names, mark);
  throw new UserError(
    `${file} has ${JSON.stringify(foreign.raw.trim())}, which clashes with ${one.host} at ${ip}`,
    'Correct or remove that line, or choose other addresses.',
  );
}

/** Lines by each of their addresses and names, so that ten thousand machines are looked up quickly. */
function byWords(lines: readonly HostsLine[]): Map<string, HostsLine[]> {
  const found = new Map<string, HostsLine[]>();
  for (const line of lines) {
    if (line.kind !== 'entry') continue;
    const lower = { ...line, names: line.names.map((name) => name.toLowerCase()) };
    for (const word of new Set([line.address, ...lower.names])) found.set(word, [...(found.get(word) ?? []), lower]);
  }
  return found;
}

/**
 * A hosts file with these machines. Our lines are replaced in their places, and new lines come last. Lines that addclients did
 * not write stay; a line that contradicts these machines is refused.
 */
export function mergeHostsLines(
  lines: readonly HostsLine[],
  machines: readonly KnownHost[],
  file: string,
): HostsLine[] {
  const placed = new Map(machines.flatMap((one) => (one.ip === undefined ? [] : [[one.host, one.ip] as const])));
  const foreign = byWords(lines.filter((line) => !isOurLine(line, placed)));
  const entries = new Map(
    machines.flatMap((one) => {
      const ip = placed.get(one.host);
      if (ip === undefined) return [];
      const words = [ip, one.host, ...(one.domain === undefined ? [] : [`${one.host}.${one.domain}`])];
      const entry = entryOf(
        one,
        ip,
        words.flatMap((word) => foreign.get(word) ?? []),
        file,
      );
      return entry ? [[one.host, entry] as const] : [];
    }),
  );
  const kept = lines.flatMap((line) => {
    const host = ourHost(line, placed);
    if (host === undefined) return line;
    const entry = entries.get(host);
    entries.delete(host);
    return entry ?? [];
  });
  const last = kept.at(-1);
  const isTorn = entries.size > 0 && last !== undefined && !last.raw.endsWith('\n');
  return [...kept, ...(isTorn ? [{ kind: 'other' as const, raw: '\n' }] : []), ...entries.values()];
}
