import type { AbsPath } from '../../common/system/place.ts';
import { allNeeds, kernelOptionsWithout } from '../../runtime/needs.ts';
import type { Entry } from '../initrd/entry.ts';
import type { Architecture } from '../../common/boot/architectures.ts';
import type { Library } from '../packages/library.ts';
import type { BuildContext } from '../run.ts';
import { locateModules, moduleClosure } from './closure.ts';
import { firmwareEntries, firmwarePackages } from './firmware.ts';
import type { Kernel } from './kernel.ts';
import { chooseModules, earlyModules, moduleEntries } from './module-entries.ts';
import { checkOptions, lackingOptions } from './options.ts';

/** Modules for hardware that machines of an architecture never have, though a part of BOEL names them. */
const neverThere: Record<Architecture, string[]> = { amd64: [], arm64: ['floppy'] };

/** What mounts the squashfs files of the initrd. */
const squashfsOptions = ['BLK_DEV_LOOP', 'SQUASHFS', 'SQUASHFS_ZSTD'];

/** Stops if the kernel's configuration is known and lacks what BOEL needs; parts that need a module of `without` do not count. */
export function checkKernel(kernel: Kernel, architecture: Architecture, without: readonly string[]): void {
  const known = knownKernel(kernel);
  if (!known) return;
  // Without squashfs, the initrd is one archive, which the kernel itself unpacks.
  const unpacks = lackingOptions(known, squashfsOptions).length > 0 ? ['RD_ZSTD'] : [];
  checkOptions(known, [...unpacks, ...kernelOptionsWithout([...neverThere[architecture], ...without])]);
}

/** False for a kernel that has everything built in. */
const hasModules = ({ modules }: Kernel) => modules !== undefined && modules.paths.size > 0;

function knownKernel(kernel: Kernel) {
  const { version, config } = kernel;
  return config === undefined ? undefined : { version, config, hasModules: hasModules(kernel) };
}

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
  const known = knownKernel(kernel);
  const lacking = known ? lackingOptions(known, squashfsOptions) : [];
  if (!folder) {
    if (!known)
      context.say(
        `This kernel comes without modules and without its configuration. The kernel is taken to have built in: ${[...earlyModules, ...needed].join(' ')} (a file config beside it, or --modules DIR with its modules.builtin, has this checked)`,
      );
    if (lacking.length > 0) sayOneArchive(context, lacking);
    return { entries: [], count: 0, mountsSquashfs: lacking.length === 0 };
  }
  if (!known)
    context.say(
      'This kernel comes without its configuration: a build checks which modules there are, and not the options (ACLs of filesystems, an initrd, and more). A file config beside the kernel has the options checked.',
    );
  const modules = await chooseModules(kernel, folder, needed);
  const count = modules.all.length;
  const firmware = await firmwareEntries(folder, modules.all, library, [...firmwarePackages, ...addFirmware]);
  if (firmware.lacking.length > 0)
    context.say(
      `${firmware.lacking.length} firmware files that drivers ask for are not in ${[...firmwarePackages, ...addFirmware].join(', ')} (kernel-config/README.md tells which card needs which package: --firmware)`,
    );
  // Without modules, BOEL has no folder of modules either: nothing there asks modprobe(8) for a driver.
  const entries = [
    ...(hasModules(kernel) ? await moduleEntries(context, folder, modules, cache) : []),
    ...firmware.entries,
  ];
  const early = await locateModules(folder, earlyModules);
  lacking.push(...early.missing);
  if (lacking.length > 0) {
    sayOneArchive(context, lacking);
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

const sayOneArchive = (context: BuildContext, lacking: readonly string[]) =>
  context.say(`The kernel has no ${lacking.join(' and no ')}: the initrd is one archive, which takes more memory`);
