import { basename } from 'node:path';
import type { Target } from '../../common/model/target.ts';
import { type Inside, inside } from '../../common/system/inside.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import { type BootText, changeTexts, probeBootTexts } from '../boot-files/boot-texts.ts';
import { loaderDirs } from '../boot-files/loader-entries.ts';
import { renewText } from '../fstab/renewed.ts';

/** Machine-ids of a golden client that kernel-install(8) put into the names and texts of boot files. */
export type BootId = { olds: string[]; texts: BootText[]; names: AbsPath[] };

/** Looks for the image's machine-id (machine-id(5)), and for ids that entries pass: an image may lack its own machine-id. */
export async function probeBootId(io: ReadIo, root: AbsPath, target: Target): Promise<BootId> {
  const tree = inside(io, root);
  const own = /^[0-9a-f]{32}$/m.exec((await tree.readText('/etc/machine-id')) ?? '')?.[0];
  const texts = await probeBootTexts(io, root, target);
  const passed = texts.flatMap(({ text }) => [...text.matchAll(/\bsystemd\.machine_id=([0-9a-f]{32})\b/g)]);
  const olds = [...new Set([own, ...passed.map((match) => match[1])])].filter((one) => one !== undefined);
  const names: AbsPath[] = [];
  for (const dir of loaderDirs(target))
    for (const folder of [under(dir, 'loader/entries'), under(dir, 'EFI/Linux'), dir])
      names.push(...(await namesIn(tree, folder, olds)));
  return { olds, texts: texts.filter(({ text }) => olds.some((old) => text.includes(old))), names };
}

async function namesIn(tree: Inside, folder: AbsPath, olds: readonly string[]): Promise<AbsPath[]> {
  const names = ((await tree.list(folder)) ?? []).filter((name) => olds.some((old) => name.includes(old)));
  return names.map((name) => under(folder, name));
}

/**
 * Replaces the old machine-ids by the new one: an entry passes systemd.machine_id= to systemd, which prefers that id to its
 * own file, and kernel-install finds the old kernels to remove by the id.
 */
export function planBootId({ olds, texts, names }: BootId, fresh: string, root: AbsPath): Step[] {
  const renewed = Object.fromEntries(olds.map((old) => [old, fresh]));
  const renames = names.map((path): Step => {
    const folder = under(path, '..');
    const name = renewText(basename(path), renewed);
    return {
      why: `Name ${path} by this machine’s own machine-id`,
      kind: 'rename',
      from: { root, path },
      to: { root, path: under(folder, name) },
    };
  });
  return [
    ...changeTexts(texts, root, 'this machine’s own machine-id', ({ text }) => renewText(text, renewed)),
    ...renames,
  ];
}
