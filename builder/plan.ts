import { allNeeds } from '../runtime/needs.ts';
import type { Architecture } from '../common/boot/architectures.ts';
import type { BootInputs } from './boot.ts';
import type { KernelChoice } from './kernel/kernel.ts';
import { openApt } from './packages/apt.ts';
import { packageLibrary } from './packages/library.ts';
import type { BuildContext } from './run.ts';

/** Tells what would be built from what, as lines for a person; nothing is fetched but package lists, if there are none. */
export async function printPlan(context: BuildContext, inputs: BootInputs): Promise<string[]> {
  const { architecture, cache, kernel, localCfg } = inputs;
  const { packagesOf } = await import('./boot.ts');
  const apt = await openApt(context, cache, architecture, { update: inputs.update });
  const library = packageLibrary(context, apt, architecture, cache);
  const packages = packagesOf(library, inputs)
    .map((name) => library.facts(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return [
    `Would write kernel, initrd.img, grub/ and SHA256SUMS to ${inputs.folder}`,
    `Kernel: ${kernelSays(kernel, architecture)}`,
    `Compression: ${inputs.compression}${localCfg ? `; with ${localCfg} as /etc/systemimager/local.cfg` : ''}`,
    `Kernel modules: kernel-config/*.modules, and ${allNeeds.modules.join(' ')}`,
    'Programs, each with the libraries it loads:',
    ...Object.entries(allNeeds.programs).map(([at, name]) => `  ${at} (${name})`),
    'Packages, besides those of libraries:',
    ...packages.map((one) => `  ${one.name} ${one.version}`),
    `Downloads and parts that are made once are kept in ${cache}`,
  ];
}

function kernelSays(kernel: KernelChoice, architecture: Architecture): string {
  if (kernel === 'debian') return `Debian's, of linux-image-${architecture}`;
  if (kernel === 'source') return "compiled from Debian's linux-source with kernel-config/, without modules";
  return `${kernel.kernel}, modules ${kernel.modules ?? 'none'}`;
}
