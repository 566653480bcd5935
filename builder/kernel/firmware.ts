import path from 'node:path';
import { type AbsPath, absPath, under } from '../../common/system/place.ts';
import type { Entries, Entry } from '../initrd/entry.ts';
import type { Library } from '../packages/library.ts';
import type { Tree } from '../packages/tree.ts';
import type { ModuleFolder } from './module-folder.ts';

/** Packages of Debian's component main with files that drivers load into cards. */
export const firmwarePackages = ['firmware-linux-free'];

const home = '/usr/lib/firmware/';

/** The firmware that these modules and the built-in drivers ask for, and the names that no package has. */
export async function firmwareEntries(
  folder: ModuleFolder,
  modules: readonly string[],
  library: Library,
  packages: readonly string[],
): Promise<{ entries: Entry[]; lacking: string[] }> {
  // Built-in drivers first: their devices ask before /usr is mounted, and so the file must lie outside of the squashfs too.
  const early = new Set([...folder.builtinFirmware].sort());
  const asked = new Set<string>();
  for (const name of modules) for (const file of (await folder.info(name)).firmware) asked.add(file);
  const owners = new Map<AbsPath, Tree>();
  for (const name of packages) {
    const tree = await library.open(name);
    for (const [at, file] of tree.files) if (at.startsWith(home) && file.kind !== 'dir') owners.set(at, tree);
  }
  const entries: Entries = new Map();
  const lacking: string[] = [];
  for (const wished of new Set([...early, ...[...asked].sort()])) {
    const found = named(wished, [...owners.keys()]);
    if (found.length === 0) lacking.push(wished);
    for (const at of found) addFile(entries, owners, at, early.has(wished) || undefined);
  }
  return { entries: [...entries.values()], lacking };
}

/** The files that a driver's name means: the name may be a pattern, as `amd/*.bin`, and the kernel unpacks xz and zstd. */
function named(wished: string, files: readonly AbsPath[]): AbsPath[] {
  const name = (at: AbsPath) => at.slice(home.length).replace(/\.(xz|zst)$/, '');
  const isPattern = /[*?[{]/.test(wished);
  return files.filter((at) => (isPattern ? path.posix.matchesGlob(name(at), wished) : name(at) === wished));
}

/** Adds a file, and for a link also its target. */
function addFile(entries: Entries, owners: ReadonlyMap<AbsPath, Tree>, at: AbsPath, early: true | undefined): void {
  const tree = owners.get(at);
  const file = tree?.files.get(at);
  if (!tree || !file || file.kind === 'dir' || entries.has(at)) return;
  if (file.kind === 'file')
    return void entries.set(at, {
      kind: 'file',
      at,
      from: under(tree.root, at),
      mode: 0o644,
      topic: 'firmware',
      early,
    });
  entries.set(at, { kind: 'link', at, target: file.target, topic: 'firmware', early });
  addFile(entries, owners, absPath(path.posix.resolve(path.posix.dirname(at), file.target)), early);
}
