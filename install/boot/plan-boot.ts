import type { Target } from '../../common/model/target.ts';
import { UserError } from '../../common/system/errors.ts';
import type { ReadIo } from '../../common/system/io.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { Plan } from '../../common/system/step.ts';
import { type BootText, probeBootTexts } from '../boot-files/boot-texts.ts';
import { planCommandLines } from '../boot-files/command-lines.ts';
import type { Bootloader } from '../bootloaders/bootloader.ts';
import { bootloaders } from '../bootloaders/index.ts';
import { type InitramfsFacts, planInitramfs, probeInitramfs } from '../initramfs/check.ts';
import type { ImageSource } from '../source/image-source.ts';

/** The parts of an image that make it start. */
export type BootFacts = {
  initramfs: InitramfsFacts;
  texts: BootText[];
  loader: { bootloader: Bootloader; facts: unknown } | undefined;
};

/** Looks into the tree below `root`; the first boot loader that the image uses counts. */
export async function probeBoot(io: ReadIo, root: AbsPath, target: Target): Promise<BootFacts> {
  const initramfs = await probeInitramfs(io, root, target);
  let loader: BootFacts['loader'];
  for (const bootloader of bootloaders) {
    const facts = await bootloader.probe(io, root, target);
    if (facts === undefined) continue;
    loader = { bootloader, facts };
    break;
  }
  return { initramfs, texts: await probeBootTexts(io, root, target), loader };
}

/** Makes the target start by itself: an initramfs that reaches its root, and a boot loader that its firmware finds. */
export function planBoot(
  { initramfs, texts, loader }: BootFacts,
  root: AbsPath,
  target: Target,
  source: ImageSource | undefined,
): Plan {
  const { say, steps } = planInitramfs(initramfs, root, target);
  if (!loader)
    throw new UserError(
      `the image has no boot loader that is known here (${bootloaders.map((one) => one.name).join(', ')})`,
      'Install the grub package of its distribution on the golden client, and capture the image again.',
    );
  const { bootloader, facts } = loader;
  return {
    say: [...say, `Boot loader: ${bootloader.name}, for ${target.firmware.toUpperCase()}.`].join('\n'),
    steps: [...planCommandLines(texts, root, target, steps), ...bootloader.plan(facts, root, target, source)],
  };
}
