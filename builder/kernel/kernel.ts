import fs from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../common/system/errors.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { Architecture } from '../../common/boot/architectures.ts';
import type { Library } from '../packages/library.ts';
import type { BuildContext } from '../run.ts';
import { readKernelImage } from './kernel-image.ts';
import { type ModuleFolder, openModules } from './module-folder.ts';

/** The kernel that BOEL boots. */
export type Kernel = {
  image: Buffer;
  version: string;
  /** Undefined for a kernel that has everything built in. */
  modules?: ModuleFolder;
  /** One line for people. */
  says: string;
};

/** The possible sources of a kernel; the first that is given is taken. */
export type KernelWish = { kernel?: AbsPath; modules?: AbsPath; dropIn: AbsPath };

/** Chooses the kernel file and the folder of modules without reading either: for the plan and the stamp. */
export async function chooseKernel(wish: KernelWish): Promise<{ kernel: AbsPath; modules?: AbsPath } | undefined> {
  if (wish.kernel && !(await fs.stat(wish.kernel).catch(() => undefined))?.isFile())
    throw new UserError(`${wish.kernel} is no file`, 'Name the file of a kernel, as /boot/vmlinuz-….');
  if (wish.kernel) return { kernel: wish.kernel, modules: wish.modules };
  if (wish.modules) throw new UserError('--modules without --kernel', 'Name the kernel that the modules belong to.');
  const names = await fs.readdir(wish.dropIn).catch((): string[] => []);
  if (!names.includes('kernel')) return undefined;
  const modules = names.includes('modules') ? under(wish.dropIn, 'modules') : undefined;
  return { kernel: under(wish.dropIn, 'kernel'), modules };
}

/** Opens the administrator's own kernel. */
export async function ownKernel(
  context: BuildContext,
  chosen: { kernel: AbsPath; modules?: AbsPath },
  architecture: Architecture,
  cache: AbsPath,
): Promise<Kernel> {
  const content = await fs.readFile(chosen.kernel).catch(() => undefined);
  if (!content)
    throw new UserError(`${chosen.kernel} cannot be read`, 'Name the file of a kernel, as /boot/vmlinuz-….');
  const image = readKernelImage(chosen.kernel, content, architecture);
  const modules = chosen.modules && (await openModules(context, chosen.modules, cache, image.version));
  const version = image.version ?? modules?.version ?? 'unknown';
  if (modules && version !== modules.version)
    throw new UserError(
      `the kernel ${chosen.kernel} is ${version}, the modules in ${modules.at} are for ${modules.version}`,
      'Take both from the same build.',
    );
  const held = modules ? `${modules.paths.size} modules` : 'no modules';
  return {
    image: image.bytes,
    version,
    modules,
    says: `${version} from ${chosen.kernel}, ${held}`,
  };
}

/** Opens Debian's signed kernel, on which the package linux-image-ARCH depends. */
export async function debianKernel(context: BuildContext, library: Library, cache: AbsPath): Promise<Kernel> {
  const meta = library.facts(`linux-image-${library.architecture}`);
  const name = meta.depends.flat().find((one) => one.startsWith('linux-image-'));
  if (!name) throw new UserError(`${meta.name} ${meta.version} points to no kernel`, 'Give a kernel with --kernel.');
  const tree = await library.open(name);
  const image = [...tree.files.keys()].find((at) => at.startsWith('/boot/vmlinuz-'));
  if (!image) throw new UserError(`${name} holds no kernel`, 'Give a kernel with --kernel.');
  const modules = await openModules(context, tree.root, cache);
  const { version } = library.facts(name);
  return {
    image: await fs.readFile(under(tree.root, image)),
    version: modules.version,
    modules,
    says: `Debian's ${path.basename(image)} (${version})`,
  };
}
