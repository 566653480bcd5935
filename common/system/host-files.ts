import fs from 'node:fs/promises';
import { UserError } from './errors.ts';

/** A file of this machine, which may lie at one of several places, and the Debian package that brings it. */
export type HostFile = { name: string; places: readonly string[] };

const folders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** A program, and the Debian package that brings it. */
export const hostProgram = (program: string, name: string): HostFile => ({
  name,
  places: folders.map((folder) => `${folder}/${program}`),
});

/** Stops with one sentence that names every Debian package that this machine lacks; `who` needs the files. */
export async function refuseMissing(who: string, all: readonly HostFile[]): Promise<void> {
  const missing = new Set<string>();
  for (const { name, places } of all) if (!(await anyExists(places))) missing.add(name);
  if (missing.size === 0) return;
  throw new UserError(
    `${who} needs files that this machine lacks, from ${[...missing].join(', ')}`,
    `Run: apt-get install --no-install-recommends ${[...missing].join(' ')}`,
  );
}

async function anyExists(files: readonly string[]): Promise<boolean> {
  const found = await Promise.all(
    files.map((file) =>
      fs.access(file).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}
