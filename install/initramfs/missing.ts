import { UserError } from '../../common/system/errors.ts';
import type { DiskDevice } from './disk-devices.ts';
import type { KernelModules } from './kernel-modules.ts';

/** Something that the kernel must have before it can read its root; any one of the modules will do. */
export type BootNeed = { what: string; anyOf: string[] };

/** Modules for filesystem types whose driver has another name; ext4 reads ext2 and ext3 (CONFIG_EXT4_USE_FOR_EXT2). */
const filesystemModules: Record<string, string[]> = { ext2: ['ext4', 'ext2'], ext3: ['ext4', 'ext3'], vfat: ['vfat'] };

/** A device: its alias, and the module that drives it in BOEL. */
type Device = Pick<DiskDevice, 'modalias' | 'driver'>;

/** The kernel's modules for a device, empty if the driver is built in; undefined if the kernel has no driver at all. */
function driversOf(kernel: KernelModules, { modalias, driver }: Device): string[] | undefined {
  const serving = kernel.serving(modalias);
  if (serving.length === 0) return !kernel.knowsBuiltinAliases || kernel.builtin.has(driver) ? [] : undefined;
  return serving.includes(driver) ? [driver] : serving;
}

/** The modules that read a filesystem; undefined if the kernel has none. */
function readersOf(kernel: KernelModules, type: string): string[] | undefined {
  const anyOf = filesystemModules[type] ?? [type];
  return anyOf.some((name) => kernel.builtin.has(name) || kernel.loadable.has(name)) ? anyOf : undefined;
}

/** The devices and filesystem types for which the kernel has no driver: no initramfs would help. */
export function undriven(
  kernel: KernelModules,
  { devices, types }: { devices: readonly Device[]; types: readonly string[] },
): { modaliases: string[]; types: string[] } {
  return {
    modaliases: devices.flatMap((one) => (driversOf(kernel, one) ? [] : [one.modalias])),
    types: types.filter((type) => !readersOf(kernel, type)),
  };
}

/** The error for a device without a driver in a kernel. */
export function noDriver(version: string, { modalias, driver, path }: DiskDevice): UserError {
  return new UserError(
    `kernel ${version} of the image has no driver for ${path} (${modalias}), which the disk hangs on`,
    `BOEL uses the driver ${driver} for that disk: install a kernel with that driver on the golden client.`,
  );
}

/** The error for a filesystem that a kernel cannot read. */
export function noReader(version: string, type: string): UserError {
  return new UserError(
    `kernel ${version} of the image cannot read ${type}, the type of its root filesystem`,
    'Choose another type in [filesystems], or install a kernel that reads that type on the golden client.',
  );
}

/**
 * What the image's kernel needs for this machine's disks and root. Throws UserError if the kernel has no driver at all:
 * no initramfs would help.
 */
export function bootNeeds(
  kernel: KernelModules,
  devices: readonly DiskDevice[],
  filesystems: readonly string[],
  mappers: readonly string[],
): BootNeed[] {
  const needs: BootNeed[] = [];
  for (const device of devices) {
    const anyOf = driversOf(kernel, device);
    if (!anyOf) throw noDriver(kernel.version, device);
    if (anyOf.length > 0) needs.push({ what: `the disk’s ${device.path.split('/').pop()}`, anyOf });
  }
  for (const type of filesystems) {
    const anyOf = readersOf(kernel, type);
    if (!anyOf) throw noReader(kernel.version, type);
    needs.push({ what: `the filesystem ${type}`, anyOf });
  }
  for (const name of mappers) needs.push({ what: `the volumes of its root`, anyOf: [name] });
  return needs;
}

/** The needs that neither the kernel's built-in drivers nor the initramfs meet. */
export function missingFrom(
  kernel: KernelModules,
  inInitramfs: ReadonlySet<string>,
  needs: readonly BootNeed[],
): BootNeed[] {
  return needs.filter(({ anyOf }) => !anyOf.some((name) => kernel.builtin.has(name) || inInitramfs.has(name)));
}
