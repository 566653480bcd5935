import { parseStanzas } from './deb822.ts';

/** One source of Debian packages: the fields of sources.list(5) in deb822 style. */
export type AptSource = { uris: string; suites: string; components: string; options: Record<string, string> };

/** The options that are taken from the machine's sources; the build itself chooses the architecture. */
const keptOptions = ['Signed-By', 'Trusted', 'Check-Valid-Until', 'Check-Date', 'Allow-Insecure', 'Allow-Weak'];

/** Reads a `.sources` file; disabled paragraphs and those that hold only source packages are left out. */
export function parseSourcesFile(text: string): AptSource[] {
  return parseStanzas(text)
    .filter((stanza) => !/^(no|false|0)$/i.test(stanza.get('Enabled') ?? ''))
    .filter((stanza) => (stanza.get('Types') ?? '').split(/\s+/).includes('deb'))
    .map((stanza) => ({
      uris: words(stanza.get('URIs')),
      suites: words(stanza.get('Suites')),
      components: words(stanza.get('Components')),
      options: Object.fromEntries(
        keptOptions.flatMap((name) => {
          const value = stanza.get(name);
          return value === undefined ? [] : [[name, value]];
        }),
      ),
    }));
}

/** Reads a `.list` file: `deb [signed-by=/x] URI suite component…` lines. */
export function parseListFile(text: string): AptSource[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)((?:\s+[^\s#]+)*)/.exec(line);
    if (!match) return [];
    const [, options = '', uris = '', suites = '', components = ''] = match;
    const given = new Map(
      options
        .split(/\s+/)
        .filter(Boolean)
        .map((word) => [word.split('=')[0]?.toLowerCase() ?? '', word.slice(word.indexOf('=') + 1)]),
    );
    const kept = keptOptions.flatMap((name) => {
      const value = given.get(name.toLowerCase());
      return value === undefined ? [] : [[name, value.replaceAll(',', ' ')]];
    });
    return [{ uris, suites, components: words(components), options: Object.fromEntries(kept) }];
  });
}

/** The sources as a `.sources` file of one type. */
export function printSources(sources: readonly AptSource[], type: 'deb' | 'deb-src'): string {
  return sources
    .map(({ uris, suites, components, options }) => {
      const fields = { Types: type, URIs: uris, Suites: suites, Components: components, ...options };
      return Object.entries(fields)
        .filter(([, value]) => value !== '')
        .map(([name, value]) => `${name}: ${value}\n`)
        .join('');
    })
    .join('\n');
}

const words = (text: string | undefined) => (text ?? '').split(/\s+/).filter(Boolean).join(' ');
