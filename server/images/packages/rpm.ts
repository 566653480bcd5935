import type { Packages } from './dpkg.ts';

/** A line for each package: name, architecture, and version-release, with `epoch:` before it if there is an epoch. */
export const rpmFormat = '%{NAME}.%{ARCH}\\t%|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE}\\n';

/** The folders of rpm's database, the newer one first. */
export const rpmFolders = ['/usr/lib/sysimage/rpm', '/var/lib/rpm'] as const;

/** A database has one of these files: sqlite, ndb, Berkeley DB. */
export const rpmDatabases = ['rpmdb.sqlite', 'Packages.db', 'Packages'] as const;

/** Reads the lines of {@link rpmFormat}. A package may be there in several versions, as kernels are. */
export function parseRpmList(text: string): Packages {
  const found = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [name, version] = line.split('\t');
    if (!name || version === undefined || name.startsWith('gpg-pubkey.')) continue;
    const versions = found.get(name);
    if (versions) versions.push(version);
    else found.set(name, [version]);
  }
  return new Map([...found].map(([name, versions]) => [name, versions.sort().join(', ')]));
}
