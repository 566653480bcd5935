import type { Target } from '../../common/model/target.ts';
import { inside } from '../../common/system/inside.ts';
import type { ReadIo } from '../../common/system/io.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { Plan } from '../../common/system/step.ts';
import { type BootText, changeTexts, probeBootTexts } from '../boot-files/boot-texts.ts';
import { installedFstab } from './fstab.ts';
import { renewText } from './renewed.ts';
import { planSwapFiles } from './swap-files.ts';

const path: AbsPath = '/etc/fstab';

/** The image's fstab, and, if UUIDs were renewed, other files that may name UUIDs. */
export type FstabFacts = { old: string | undefined; users: BootText[] };

/** Reads these files in the tree below `root`. */
export async function probeFstab(io: ReadIo, root: AbsPath, target: Target): Promise<FstabFacts> {
  const old = await inside(io, root).readText(path);
  return { old, users: Object.keys(target.renewed).length === 0 ? [] : await probeBootTexts(io, root, target) };
}

/** Writes the target's mounts into fstab and new UUIDs into other files, and makes swap files. `image`: the image's name. */
export function planFstab({ old, users }: FstabFacts, root: AbsPath, target: Target, image?: string): Plan {
  const { text, lost } = installedFstab(old, target, image);
  const say = ['Lines of the image’s fstab that the script does not have are comments now:', ...lost].join('\n  ');
  return {
    ...(lost.length > 0 ? { say } : {}),
    steps: [
      { why: 'Write fstab', kind: 'write', at: { root, path }, content: text, mode: 0o644 },
      ...changeTexts(users, root, 'this machine’s own UUIDs', (one) => renewText(one.text, target.renewed)),
      ...planSwapFiles(target, root),
    ],
  };
}
