import type { ImageFacts, RootNeeds } from '../../common/model/image-facts.ts';
import type { ImageStart } from '../../common/model/image-start.ts';
import { kernelModules } from './kernel-modules.ts';
import { undriven } from './missing.ts';

/** What the image has, for a machine with these needs. */
export function startFacts(
  { cannotStart, machine, kernel }: ImageStart,
  needs: RootNeeds,
): Pick<ImageFacts, 'cannotStart' | 'machine' | 'undriven'> {
  return {
    cannotStart,
    machine,
    ...(kernel ? { undriven: { kernel: kernel.version, ...undriven(kernelModules(kernel), needs) } } : {}),
  };
}
