import type { Inside } from '../../../common/system/inside.ts';
import { type AbsPath, under } from '../../../common/system/place.ts';

/** A file that makes a copy look like the golden client on the network. `left` is the text that stays; undefined: none stays. */
export type Golden = { path: AbsPath; text: string; mode: number; left?: string };

/** A plain file, or a link to one, with its text; undefined for everything else. */
export async function fileIn(tree: Inside, path: AbsPath): Promise<Golden | undefined> {
  const facts = await tree.stat(path);
  if (facts?.kind !== 'file') return undefined;
  return { path, text: (await tree.readText(path)) ?? '', mode: facts.mode };
}

/** Files of folders that are taken away whole. A folder that two paths reach is read once. */
export async function goldenFiles(
  tree: Inside,
  folders: readonly AbsPath[],
  isGolden: (text: string, name: string, folder: AbsPath) => boolean | Promise<boolean>,
): Promise<Golden[]> {
  const found = new Map<AbsPath, Golden>();
  for (const folder of folders) {
    const real = await tree.real(folder);
    for (const name of (await tree.list(folder)) ?? []) {
      const file = found.has(under(real, name)) ? undefined : await fileIn(tree, under(folder, name));
      if (file && (await isGolden(file.text, name, folder))) found.set(under(real, name), file);
    }
  }
  return [...found.values()];
}

/** Files of which a part is taken away. */
export async function goldenParts(
  tree: Inside,
  paths: readonly AbsPath[],
  without: (text: string) => string,
): Promise<Golden[]> {
  const found: Golden[] = [];
  for (const path of paths) {
    const file = await fileIn(tree, path);
    const left = file && without(file.text);
    if (file && left !== undefined && left !== file.text) found.push({ ...file, left });
  }
  return found;
}

/** Paths of the files of a folder whose names match. */
export async function filesOf(tree: Inside, folder: AbsPath, pattern: RegExp): Promise<AbsPath[]> {
  return ((await tree.list(folder)) ?? []).filter((name) => pattern.test(name)).map((name) => under(folder, name));
}
