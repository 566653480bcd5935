import type { Target, VolumeState } from '../../common/model/target.ts';
import { fixedAddressIn, trueSetting, trueWords } from '../boot-files/kernel-words.ts';
import { oldUuidIn, renewText } from '../fstab/renewed.ts';
import type { KernelModules } from './kernel-modules.ts';
import type { BootKernel } from '../boot-files/kernels.ts';
import { type BootNeed, missingFrom } from './missing.ts';
import { type InitramfsContent, modulesAmong } from './read-initramfs.ts';
import { volumesAmiss } from './root-volumes.ts';

/** A kernel of the image, what it can drive and what its initramfs holds. */
export type CheckedKernel = BootKernel & {
  modules: KernelModules | undefined;
  content: InitramfsContent;
  /** Of a unified image. */
  commandLine?: string;
};

/** `missing`: modules to add. `reason`: the end of a sentence about the initramfs; undefined if the initramfs fits. */
export type Verdict = { missing: string[]; reason: string | undefined; commandLine: string | undefined };

/** Why an initramfs cannot start this machine, and for a unified image the command line that can. */
export function judge(
  { modules, content, commandLine: said }: CheckedKernel & { modules: KernelModules },
  needs: readonly BootNeed[],
  volumes: Readonly<Record<string, VolumeState>>,
  target: Target,
): Verdict {
  const missing = missingFrom(modules, modulesAmong(content.names), needs);
  const commandLine = said === undefined ? undefined : trueWords(renewText(said, target.renewed), target);
  const gone = [...content.names, ...Object.values(content.texts)].find((text) => oldUuidIn(text, target.renewed));
  const lacks = missing.map((need) => `${need.anyOf.join(' or ')} for ${need.what}`).join(', ');
  const amiss =
    volumesAmiss(content, Object.values(volumes)) ??
    (gone === undefined ? undefined : 'names UUIDs that were renewed') ??
    tellsGolden(content, target) ??
    (commandLine === said ? undefined : `has a command line that does not hold here (${said})`);
  const isFit = missing.length === 0 && amiss === undefined;
  return {
    missing: [...new Set(missing.flatMap((need) => need.anyOf))],
    reason: isFit ? undefined : (content.unread ?? (missing.length > 0 ? `lacks ${lacks}` : amiss)),
    commandLine,
  };
}

/** initramfs-tools waits half a minute for a swap area that may hold a hibernated system; it and dracut take an address. */
function tellsGolden(content: InitramfsContent, target: Target): string | undefined {
  for (const [name, text] of Object.entries(content.texts)) {
    const isDracut = /(^|\/)etc\/cmdline\.d\//.test(name);
    const address = isDracut ? fixedAddressIn(text) : undefined;
    if (address !== undefined) return `takes the golden client’s address (${address})`;
    const stale = isDracut ? undefined : text.split('\n').find((line) => trueSetting(line, target) !== line);
    if (stale?.includes('RESUME=')) return `waits for a swap area that is not here (${stale})`;
    if (stale !== undefined) return `takes the golden client’s address (${stale})`;
  }
  return undefined;
}
