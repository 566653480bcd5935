import path from 'node:path';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { Entry } from '../initrd/entry.ts';
import type { Library } from '../packages/library.ts';
import type { ModuleFolder } from './module-folder.ts';

/** Packages of Debian's component main with files that drivers load into cards. */
export const firmwarePackages = ['firmware-linux-free'];

/** The firmware that these modules ask for, as far as the packages have it, and the names that none has. */
export async function firmwareEntries(
  folder: ModuleFolder,
  modules: readonly string[],
  library: Library,
  packages: readonly string[],
): Promise<{ entries: Entry[]; lacking: string[] }> {
  const asked = new Set<string>();
  for (const name of modules) for (const file of (await folder.info(name)).firmware) asked.add(file);
  const trees = await Promise.all(packages.map((name) => library.open(name)));
  const entries = new Map<AbsPath, Entry>();
  const lacking: string[] = [];
  for (const pattern of [...asked].sort()) {
    // A name may hold a pattern, as `amd/*.bin` does.
    const found = trees.flatMap((tree) =>
      [...tree.files].flatMap(([at, file]) => {
        const name = at.replace(/^\/usr\/lib\/firmware\//, '');
        return at !== name && path.posix.matchesGlob(name, pattern) ? [{ tree, at, file }] : [];
      }),
    );
    if (found.length === 0) lacking.push(pattern);
    for (const { tree, at, file } of found) {
      if (file.kind === 'link') entries.set(at, { kind: 'link', at, target: file.target, topic: 'firmware' });
      else if (file.kind === 'file')
        entries.set(at, { kind: 'file', at, from: under(tree.root, at), mode: 0o644, topic: 'firmware' });
    }
  }
  return { entries: [...entries.values()], lacking };
}
