/** Packages by name, with their version; a name that is there for several architectures ends in `:ARCHITECTURE`. */
export type Packages = Map<string, string>;

/** Adds what a status file tells (dpkg-query(1), deb-control(5)): packages that are unpacked or installed. */
export function parseDpkgStatus(text: string, into: Packages = new Map()): Packages {
  for (const stanza of text.split(/\n\n+/)) {
    const field = (name: string) => new RegExp(`^${name}:(.*)$`, 'm').exec(stanza)?.[1]?.trim();
    const [name, version, architecture] = [field('Package'), field('Version'), field('Architecture')];
    // A file of status.d describes an installed package, and may have no status.
    const status = field('Status')?.split(' ').at(-1) ?? 'installed';
    if (name === undefined || version === undefined || status === 'config-files' || status === 'not-installed')
      continue;
    into.set(into.has(name) ? `${name}:${architecture}` : name, version);
  }
  return into;
}
