import type { AbsPath } from '../../common/system/place.ts';
import { allNeeds } from '../../runtime/needs.ts';
import type { Entry } from '../initrd/entry.ts';
import type { Architecture } from '../../common/boot/architectures.ts';
import type { Library } from '../packages/library.ts';
import type { BuildContext } from '../run.ts';
import { locateModules, moduleClosure } from './closure.ts';
import { firmwareEntries, firmwarePackages } from './firmware.ts';
import type { Kernel } from './kernel.ts';
import { chooseModules, earlyModules, moduleEntries } from './module-entries.ts';

/** Modules for hardware that machines of an architecture never have, though a part of BOEL names them. */
const neverThere: Record<Architecture, string[]> = { amd64: [], arm64: ['floppy'] };

/** The kernel's modules and firmware, and the modules that are loaded before the squashfs is mounted. */
export async function kernelEntries(
  context: BuildContext,
  kernel: Kernel,
  library: Library,
  { cache, addFirmware, without }: { cache: AbsPath; addFirmware: readonly string[]; without: readonly string[] },
): Promise<{ entries: Entry[]; count: number; mountsSquashfs: boolean }> {
  const folder = kernel.modules;
  const unneeded = [...neverThere[library.architecture], ...without];
  const needed = allNeeds.modules.filter((name) => !unneeded.includes(name));
  if (!folder) {
    context.say(
      `This kernel comes without modules. The kernel is taken to have built in: ${[...earlyModules, ...needed].join(' ')} (--modules DIR with its modules.builtin has this checked)`,
    );
    return { entries: [], count: 0, mountsSquashfs: true };
  }
  const modules = await chooseModules(kernel, folder, needed);
  const count = modules.all.length;
  const firmware = await firmwareEntries(folder, modules.all, library, [...firmwarePackages, ...addFirmware]);
  if (firmware.lacking.length > 0)
    context.say(
      `${firmware.lacking.length} firmware files that drivers ask for are not in ${[...firmwarePackages, ...addFirmware].join(', ')} (kernel-config/README.md tells which card needs which package: --firmware)`,
    );
  const entries = [...(await moduleEntries(context, folder, modules, cache)), ...firmware.entries];
  const early = await locateModules(folder, earlyModules);
  if (early.missing.length > 0) {
    context.say(
      `The kernel has no ${early.missing.join(' and no ')}: the initrd is one archive, which takes more memory`,
    );
    return { entries, count, mountsSquashfs: false };
  }
  const first = await moduleClosure(folder, early.modules);
  for (const name of first)
    entries.push({
      kind: 'file',
      at: `/modules/${name}.ko`,
      from: await folder.file(name),
      mode: 0o644,
      topic: 'frame',
    });
  const order = first.map((name) => `${name}.ko\n`).join('');
  entries.push({ kind: 'text', at: '/modules/order', content: order, mode: 0o644, topic: 'frame' });
  return { entries, count, mountsSquashfs: true };
}
