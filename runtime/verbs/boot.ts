import { mergeNeeds } from '../../common/model/needs.ts';
import { type BootFacts, planBoot, probeBoot } from '../../install/boot/plan-boot.ts';
import { bootloaders } from '../../install/bootloaders/index.ts';
import { findSource, type ImageSource } from '../../install/source/image-source.ts';
import { checkMounted } from '../../install/target/mounted.ts';
import { targetRoot, type Verb } from './verb.ts';

/** boel boot: an initramfs that reaches the root of this machine, and a boot loader that its firmware finds. */
export const boot: Verb<{ facts: BootFacts; source: ImageSource | undefined }> = {
  name: 'boot',
  summary: 'install the initramfs and the boot loader, so that this machine starts from its own disk',
  declare: (command) => command,
  needs: mergeNeeds(bootloaders.map((one) => one.needs)),

  async probe({ io, state }) {
    await checkMounted(io, state, targetRoot);
    return { facts: await probeBoot(io, targetRoot, state), source: await findSource(io, state.settings) };
  },

  plan: ({ facts, source }, state) => planBoot(facts, targetRoot, state, source),
};
