import type { State } from '../../common/model/state.ts';
import { type Inside, inside } from '../../common/system/inside.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import { type BootText, changeTexts, probeBootTexts } from '../bootloaders/boot-texts.ts';
import { loaderDirs } from '../bootloaders/loader-entries.ts';
import { renewText } from '../fstab/renewed.ts';

/** The golden client's machine-id, where kernel-install(8) put it: into names and texts of what the machine starts from. */
export type BootId = { old: string; texts: BootText[]; names: AbsPath[] };

/** Looks for it; undefined where the image has no machine-id (machine-id(5)). */
export async function probeBootId(io: ReadIo, root: AbsPath, state: State): Promise<BootId | undefined> {
  const tree = inside(io, root);
  const old = /^[0-9a-f]{32}$/m.exec((await tree.readText('/etc/machine-id')) ?? '')?.[0];
  if (old === undefined) return undefined;
  const texts = await probeBootTexts(io, root, state);
  const names: AbsPath[] = [];
  for (const dir of loaderDirs(state))
    for (const folder of [under(dir, 'loader/entries'), under(dir, 'EFI/Linux'), dir])
      names.push(...(await namesIn(tree, folder, old)));
  return { old, texts: texts.filter(({ text }) => text.includes(old)), names };
}

async function namesIn(tree: Inside, folder: AbsPath, old: string): Promise<AbsPath[]> {
  const names = ((await tree.list(folder)) ?? []).filter((name) => name.includes(old));
  return names.map((name) => under(folder, name));
}

/**
 * Puts the new one in its place: an entry passes systemd.machine_id= to the system, which that believes more than its own
 * file, and kernel-install looks for old kernels to remove by it.
 */
export function planBootId({ old, texts, names }: BootId, fresh: string, root: AbsPath): Step[] {
  const renames = names.map((path): Step => {
    const folder = under(path, '..');
    const name = path.slice(folder.length).replace('/', '').replace(old, fresh);
    return {
      why: `Name ${path} by this machine’s own machine-id`,
      kind: 'rename',
      from: { root, path },
      to: { root, path: under(folder, name) },
    };
  });
  return [
    ...changeTexts(texts, root, 'this machine’s own machine-id', ({ text }) => renewText(text, { [old]: fresh })),
    ...renames,
  ];
}
