import { readFile, writeFile } from 'node:fs/promises';
import { machineSources } from '../../builder/packages/apt.ts';
import { type AptSource, printSources } from '../../builder/packages/sources.ts';

/** The machine's sources of its own release, as sources of another release; others (of backports, of third parties) are left out. */
export function sourcesOf(wanted: string, machine: readonly AptSource[], codename: string): AptSource[] {
  return machine.flatMap((source) => {
    const own = source.suites
      .split(' ')
      .filter((name) => [codename, `${codename}-updates`, `${codename}-security`].includes(name));
    const suites = own.map((name) => name.replace(codename, wanted));
    return suites.length === 0 ? [] : [{ ...source, suites: suites.join(' ') }];
  });
}

/** The package sources of a release of Debian: the machine's own mirrors. */
export async function releaseSources(release: string): Promise<AptSource[]> {
  const [, codename = release] = /^VERSION_CODENAME=(\w+)$/m.exec(await readFile('/etc/os-release', 'utf8')) ?? [];
  const sources = sourcesOf(release, await machineSources(), codename);
  if (sources.length === 0) throw new Error(`/etc/apt names no source of ${codename}: golden trees have no packages`);
  return sources;
}

/** Writes the package sources of a release of Debian to a file that mmdebstrap takes. */
export async function writePackageSources(release: string, to: string): Promise<void> {
  await writeFile(to, printSources(await releaseSources(release), 'deb'));
}
