import { parseIpv4 } from './ipv4.ts';

/** A line of a hosts(5) file. `raw` is the line as it stands, with its line end, so that foreign lines survive. */
export type HostsLine =
  | { kind: 'entry'; address: string; names: string[]; comment: string; raw: string }
  | { kind: 'other'; raw: string };

/** Reads a hosts(5) file line by line. Lines that are no entries (comments, blank lines, IPv6, nonsense) are kept as `other`. */
export function parseHosts(text: string): HostsLine[] {
  return (text === '' ? [] : text.split(/(?<=\n)/)).map((raw) => {
    const [, content = '', comment = ''] = /^([^#]*)(#.*)?$/s.exec(raw.trimEnd()) ?? [];
    const [address = '', ...names] = content.trim().split(/\s+/);
    return parseIpv4(address) !== undefined && names.length > 0
      ? { kind: 'entry', address, names, comment, raw }
      : { kind: 'other', raw };
  });
}

/** The file again, byte for byte. */
export function printHosts(lines: readonly HostsLine[]): string {
  return lines.map((line) => line.raw).join('');
}

/** One entry as a line of its own. */
export function hostsEntry(address: string, names: readonly string[], comment = ''): HostsLine {
  const raw = `${address}\t${names.join(' ')}${comment && ` ${comment}`}\n`;
  return { kind: 'entry', address, names: [...names], comment, raw };
}

/** The names of an address, from all its lines in order. The address is compared whole: 10.0.0.1 is not 10.0.0.10. */
export function namesOf(lines: readonly HostsLine[], address: string): string[] {
  return lines.flatMap((line) => (line.kind === 'entry' && line.address === address ? line.names : []));
}
