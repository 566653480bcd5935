import { UserError } from '../../common/system/errors.ts';
import type { DiskDevice } from './disk-devices.ts';
import type { KernelModules } from './kernel-modules.ts';

/** Something that the kernel must have before it can read its root; any one of the modules will do. */
export type BootNeed = { what: string; anyOf: string[] };

/** Modules for filesystem types whose driver has another name; ext4 reads ext2 and ext3 (CONFIG_EXT4_USE_FOR_EXT2). */
const filesystemModules: Record<string, string[]> = { ext2: ['ext4', 'ext2'], ext3: ['ext4', 'ext3'], vfat: ['vfat'] };

/**
 * What the image's kernel needs for this machine's disks and root. Throws UserError where the kernel has no driver at all:
 * no initramfs would help.
 */
export function bootNeeds(
  kernel: KernelModules,
  devices: readonly DiskDevice[],
  filesystems: readonly string[],
  mappers: readonly string[],
): BootNeed[] {
  const needs: BootNeed[] = [];
  for (const { modalias, driver, path } of devices) {
    const serving = kernel.serving(modalias);
    if (serving.length === 0) {
      if (!kernel.knowsBuiltinAliases || kernel.builtin.has(driver)) continue;
      throw new UserError(
        `kernel ${kernel.version} of the image has no driver for ${path} (${modalias}), which the disk hangs on`,
        `BOEL drives it by ${driver}: install a kernel with that driver on the golden client.`,
      );
    }
    needs.push({ what: `the disk’s ${path.split('/').pop()}`, anyOf: serving.includes(driver) ? [driver] : serving });
  }
  for (const type of filesystems) {
    const anyOf = filesystemModules[type] ?? [type];
    if (!anyOf.some((name) => kernel.builtin.has(name) || kernel.loadable.has(name)))
      throw new UserError(
        `kernel ${kernel.version} of the image cannot read ${type}, the type of its root filesystem`,
        'Choose another type in [filesystems], or install a kernel that has it on the golden client.',
      );
    needs.push({ what: `the filesystem ${type}`, anyOf });
  }
  for (const name of mappers) needs.push({ what: `the volumes of its root`, anyOf: [name] });
  return needs;
}

/** Those that are neither built into the kernel nor in the initramfs. */
export function missingFrom(
  kernel: KernelModules,
  inInitramfs: ReadonlySet<string>,
  needs: readonly BootNeed[],
): BootNeed[] {
  return needs.filter(({ anyOf }) => !anyOf.some((name) => kernel.builtin.has(name) || inInitramfs.has(name)));
}
