import type { Inside } from '../../../common/system/inside.ts';
import { type AbsPath, under } from '../../../common/system/place.ts';
import type { Step } from '../../../common/system/step.ts';

/** Files of a folder whose text gives an address: the golden client's, which no copy may take on any of its cards. */
export async function fixedProfiles(
  tree: Inside,
  folder: AbsPath,
  isProfile: (name: string) => boolean,
  isFixed: (text: string) => boolean,
): Promise<AbsPath[]> {
  const found: AbsPath[] = [];
  for (const name of ((await tree.list(folder)) ?? []).filter(isProfile)) {
    const text = await tree.readText(under(folder, name));
    if (text !== undefined && isFixed(text)) found.push(under(folder, name));
  }
  return found;
}

/** Takes the golden client's configuration away. */
export function removeFiles(paths: readonly AbsPath[], root: AbsPath): Step[] {
  return paths.map((path) => ({ why: `Remove the golden client’s ${path}`, kind: 'remove', at: { root, path } }));
}
