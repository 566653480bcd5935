/** One paragraph of a Debian control file: field name → value; continuation lines are kept, joined by newlines. */
export type Stanza = ReadonlyMap<string, string>;

/** Reads deb822(5): paragraphs of `Name: value`, separated by empty lines; field names are kept as written. */
export function parseStanzas(text: string): Stanza[] {
  const stanzas: Map<string, string>[] = [];
  let stanza: Map<string, string> | undefined;
  let last = '';
  for (const line of text.split('\n')) {
    if (line.startsWith('#')) continue;
    if (line.trim() === '') {
      stanza = undefined;
      continue;
    }
    if (/^[ \t]/.test(line)) {
      if (stanza) stanza.set(last, `${stanza.get(last) ?? ''}\n${line}`);
      continue;
    }
    const colon = line.indexOf(':');
    if (colon < 1) continue;
    if (!stanza) {
      stanza = new Map();
      stanzas.push(stanza);
    }
    last = line.slice(0, colon);
    stanza.set(last, line.slice(colon + 1).trim());
  }
  return stanzas;
}

/**
 * The package names of a Depends field in order, each group's alternatives first to last, without versions and
 * architectures: `libc6 (>= 2.36), awk | mawk` gives [['libc6'], ['awk', 'mawk']].
 */
export function parseDepends(field: string): string[][] {
  return field
    .split(',')
    .map((group) => group.split('|').map((one) => one.trim().replace(/[\s(:[].*/s, '')))
    .map((group) => group.filter(Boolean))
    .filter((group) => group.length > 0);
}
