/** The names of a machine when it was captured, and now. `golden` are names from files, short or with a domain. */
export type Names = {
  golden: readonly string[];
  host: string;
  domain?: string | undefined;
  address?: string | undefined;
};

const isLoopback = (address: string) => /^(127\.|::1$)/.test(address);
/** Names that mean every machine. */
const isCommon = (name: string) => /^(localhost|broadcasthost|ip6-\w+)(\.|$)/i.test(name);
const labelOf = (name: string) => name.toLowerCase().replace(/\..*/s, '');

/** A line of hosts(5): text before the names, each name with the blanks before it, and comment; undefined without an address. */
function parseLine(line: string): { head: string; address: string; words: string[]; tail: string } | undefined {
  const head = /^\s*[^\s#]+/.exec(line)?.[0];
  if (head === undefined) return undefined;
  const names = (line.split('#', 1)[0] ?? '').slice(head.length).trimEnd();
  const words = names.match(/(?<!\s)\s+\S+/g) ?? [];
  return { head, address: head.trim(), words, tail: line.slice(head.length + names.length) };
}

const namesOf = (line: string) => parseLine(line)?.words.map((word) => word.trim().toLowerCase()) ?? [];

/** The addresses that the lines give to a name. */
export function addressesOf(lines: readonly string[], name: string): string[] {
  const wanted = name.toLowerCase();
  return lines.flatMap((line) => (namesOf(line).includes(wanted) ? [parseLine(line)?.address ?? ''] : []));
}

/** The line without some of its names; undefined if no name is left. */
function withoutNames(line: string, isGone: (name: string, address: string) => boolean): string | undefined {
  const parsed = parseLine(line);
  if (!parsed) return line;
  const { head, address, words, tail } = parsed;
  const kept = words.filter((word) => !isGone(word.trim(), address));
  if (kept.length === words.length) return line;
  if (kept.length === 0) return undefined;
  const [, blanks = ' '] = /^(\s+)/.exec(words[0] ?? '') ?? [];
  return `${head}${blanks}${kept.join('').trimStart()}${tail}`;
}

/** The names of the golden client: its own names, and the same names with a domain in lines that mean the same machine. */
function goldenNames(lines: readonly string[], golden: readonly string[]): Set<string> {
  const all = new Set(golden.map((name) => name.toLowerCase()).filter((name) => !isCommon(name)));
  const labels = new Set([...all].map(labelOf));
  for (const line of lines) {
    const names = namesOf(line);
    const isSame = isLoopback(parseLine(line)?.address ?? '') || names.some((name) => labels.has(name));
    for (const name of names) if (isSame && labels.has(labelOf(name))) all.add(name);
  }
  return new Set([...all, ...labels]);
}

/**
 * /etc/hosts of a copy, hosts(5): without the golden client's name in any line. A line with this machine and an address of the
 * network stays; else a new line gives its fixed address, or Debian's 127.0.1.1, so that it finds itself without DNS.
 */
export function hostsWithName(old: string, { golden, host, domain, address }: Names): string {
  const lines = (old === '' ? '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n' : old)
    .replace(/\n$/, '')
    .split('\n');
  // A copy with the golden client's name keeps the lines of that name.
  const gone = goldenNames(
    lines,
    golden.filter((name) => labelOf(name) !== labelOf(host)),
  );
  const own = [...(domain ? [`${host}.${domain}`] : []), host].map((name) => name.toLowerCase());
  const isGone = (name: string, at: string) => {
    if (isCommon(name)) return false;
    if (labelOf(name) === labelOf(host) && isLoopback(at)) return true;
    if (own.includes(name.toLowerCase())) return false;
    return gone.has(name.toLowerCase()) || (gone.size === 0 && at === '127.0.1.1');
  };
  const left = lines.map((line) => withoutNames(line, isGone));
  const kept = left.filter((line) => line !== undefined);
  if (addressesOf(kept, host).length === 0) {
    const [known = '127.0.1.1'] = addressesOf(kept, own[0] ?? '');
    const at = address ?? known;
    // The full name stands first, even if another line gives it the same address: `hostname -f` prints the first name of a line.
    const names = [...(domain ? [`${host}.${domain}`] : []), host].filter((name) =>
      addressesOf(kept, name).every((one) => one === at),
    );
    const ours = [at, ...names].join('\t');
    const before = left.findIndex(
      (line, nth) => line !== lines[nth] && parseLine(lines[nth] ?? '')?.address === '127.0.1.1',
    );
    const after = kept.findIndex((line) => parseLine(line)?.address === '127.0.0.1') + 1;
    kept.splice(before < 0 ? after : left.slice(0, before).filter((line) => line !== undefined).length, 0, ours);
  }
  return `${kept.join('\n')}\n`;
}
