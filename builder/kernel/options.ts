import fs from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../common/system/errors.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { parseKconfig } from '../kconfig.ts';
import type { BuildContext } from '../run.ts';
import { embeddedConfig } from './embedded-config.ts';

/**
 * The .config of an administrator's kernel: beside it or its modules, under the names that distributions give, or inside the kernel
 * (CONFIG_IKCONFIG). Undefined if there is none.
 */
export async function findConfig(
  context: BuildContext,
  kernel: AbsPath,
  modules: AbsPath | undefined,
  image: Buffer,
  cache: AbsPath,
): Promise<string | undefined> {
  const folder = path.dirname(kernel) as AbsPath;
  const name = path.basename(kernel);
  const beside = name.startsWith('vmlinuz-') ? name.replace('vmlinuz', 'config') : 'config';
  for (const at of [under(folder, beside), ...(modules ? [under(modules, 'config')] : [])]) {
    const text = await fs.readFile(at, 'utf8').catch(() => undefined);
    if (text !== undefined && /^CONFIG_\w+=/m.test(text)) return text;
  }
  return embeddedConfig(context, image, cache);
}

/** A kernel whose configuration is known. */
type KnownKernel = { version: string; config: string; hasModules: boolean };

/** The options that a kernel has neither built in nor, if the build has modules of the kernel, as modules. */
export function lackingOptions({ config, hasModules }: KnownKernel, names: readonly string[]): string[] {
  const symbols = parseKconfig(config);
  const valueOf = (name: string) => symbols.get(name) ?? 'n';
  return names.filter((name) => valueOf(name) === 'n' || (valueOf(name) === 'm' && !hasModules));
}

/** Drivers that tell their name only as modules, and their options: drivers/block/floppy.c. */
const nameless = { floppy: 'BLK_DEV_FD' };

/** The drivers that a kernel of this configuration has built in, though modules.builtin does not name them. */
export function unnamedDrivers(config: string): string[] {
  const symbols = parseKconfig(config);
  return Object.entries(nameless).flatMap(([name, option]) => (symbols.get(option) === 'y' ? [name] : []));
}

/** Stops if a kernel of this configuration lacks what BOEL needs. An option that is a module counts only if there are modules. */
export function checkOptions(kernel: KnownKernel, needed: readonly string[]): void {
  if (lackingOptions(kernel, ['BLK_DEV_INITRD']).length > 0)
    throw new UserError(
      `the kernel ${kernel.version} cannot start from an initrd: it was compiled without CONFIG_BLK_DEV_INITRD`,
      'Take a kernel that was compiled with it, or the one of Debian: --kernel debian',
    );
  const off = lackingOptions({ ...kernel, hasModules: true }, needed);
  if (off.length > 0)
    throw new UserError(
      `the kernel ${kernel.version} was compiled without ${printed(off)}, which BOEL needs`,
      'Compile the kernel with these options, take the one of Debian (--kernel debian), or leave a filesystem out: --without MODULE',
    );
  const modular = lackingOptions(kernel, needed);
  if (modular.length > 0)
    throw new UserError(
      `the kernel ${kernel.version} has ${printed(modular)} as modules, and this build has none of its modules`,
      'Name the folder of its modules: --modules /lib/modules/VERSION, or /etc/systemimager/boot/ARCH/modules',
    );
}

const printed = (names: readonly string[]) => names.map((name) => `CONFIG_${name}`).join(', ');
