import { UserError } from '../../common/system/errors.ts';
import { type BootText, probeBootTexts } from '../../install/boot-files/boot-texts.ts';
import type { Bootloader } from '../../install/bootloaders/bootloader.ts';
import { bootloaders } from '../../install/bootloaders/index.ts';
import { planCommandLines } from '../../install/boot-files/command-lines.ts';
import { type InitramfsFacts, planInitramfs, probeInitramfs } from '../../install/initramfs/check.ts';
import { mergeNeeds } from '../../common/model/needs.ts';
import { checkMounted } from './mounted.ts';
import { targetRoot, type Verb } from './verb.ts';

type Facts = {
  initramfs: InitramfsFacts;
  texts: BootText[];
  loader: { bootloader: Bootloader; facts: unknown } | undefined;
};

/** boel boot: an initramfs that reaches the root of this machine, and a boot loader that its firmware finds. */
export const boot: Verb<Facts> = {
  name: 'boot',
  summary: 'make the target start by itself on this machine',
  declare: (command) => command,
  needs: mergeNeeds(bootloaders.map((one) => one.needs)),

  async probe({ io, state }) {
    await checkMounted(io, state);
    const initramfs = await probeInitramfs(io, targetRoot, state);
    let loader: Facts['loader'];
    for (const bootloader of bootloaders) {
      const facts = await bootloader.probe(io, targetRoot, state);
      if (facts === undefined) continue;
      loader = { bootloader, facts };
      break;
    }
    return { initramfs, texts: await probeBootTexts(io, targetRoot, state), loader };
  },

  plan({ initramfs, texts, loader }, state) {
    const { say, steps } = planInitramfs(initramfs, targetRoot, state);
    if (!loader)
      throw new UserError(
        `the image has no boot loader that is known here (${bootloaders.map((one) => one.name).join(', ')})`,
        'Install the grub package of its distribution on the golden client, and take the image again.',
      );
    return {
      say: [...say, `Boot loader: ${loader.bootloader.name}, for ${state.firmware.toUpperCase()}.`].join('\n'),
      steps: [
        ...planCommandLines(texts, targetRoot, state, steps),
        ...loader.bootloader.plan(loader.facts, targetRoot, state),
      ],
    };
  },
};
