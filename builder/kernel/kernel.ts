import fs from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../common/system/errors.ts';
import { type AbsPath, absPath, under } from '../../common/system/place.ts';
import type { Architecture } from '../../common/boot/architectures.ts';
import type { Library } from '../packages/library.ts';
import type { BuildContext } from '../run.ts';
import { readKernelImage } from './kernel-image.ts';
import { type ModuleFolder, openModules } from './module-folder.ts';
import { findConfig } from './options.ts';

/** The kernel that BOEL boots. */
export type Kernel = {
  image: Buffer;
  version: string;
  /** Undefined for a kernel that has everything built in. */
  modules?: ModuleFolder;
  /** The .config that the kernel was compiled with; undefined if that is not known. */
  config?: string;
  /** One line for people. */
  says: string;
};

/** The possible sources of a kernel; the first that is given is taken. `kernel` is a file, or one of {@link kernelWords}. */
export type KernelWish = { kernel?: string; modules?: AbsPath; dropIn: AbsPath };

/** A kernel of the administrator's: its file, and the folder of its modules. */
export type KernelFiles = { kernel: AbsPath; modules?: AbsPath };

/** The kernels that are named by a word: Debian's, and the one that is compiled from Debian's source. */
export const kernelWords = ['debian', 'source'] as const;
export type KernelChoice = KernelFiles | (typeof kernelWords)[number];

/** Chooses the kernel file and the folder of modules without reading either: for the plan and the stamp. */
export async function chooseKernel(wish: KernelWish): Promise<KernelChoice> {
  const word = kernelWords.find((one) => one === wish.kernel);
  if (wish.modules && (word || !wish.kernel))
    throw new UserError('--modules without a file for --kernel', 'Name the kernel that the modules belong to.');
  if (word) return word;
  const kernel = wish.kernel && absPath(path.resolve(wish.kernel));
  if (kernel && !(await fs.stat(kernel).catch(() => undefined))?.isFile())
    throw new UserError(`${kernel} is no file`, 'Say debian, source, or the file of a kernel, as /boot/vmlinuz-….');
  if (kernel) return { kernel, modules: wish.modules };
  const names = await fs.readdir(wish.dropIn).catch(emptyIfMissing);
  if (names.length === 0) return 'debian';
  if (!names.includes('kernel'))
    throw new UserError(
      `${wish.dropIn} holds ${names.sort().join(', ')}, and no file named kernel`,
      'Name the kernel so, empty the folder, or say --kernel debian.',
    );
  const modules = names.includes('modules') ? under(wish.dropIn, 'modules') : undefined;
  return { kernel: under(wish.dropIn, 'kernel'), modules };
}

function emptyIfMissing(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}

/** Opens the administrator's own kernel. */
export async function ownKernel(
  context: BuildContext,
  chosen: KernelFiles,
  architecture: Architecture,
  cache: AbsPath,
): Promise<Kernel> {
  const content = await fs.readFile(chosen.kernel).catch(() => undefined);
  if (!content)
    throw new UserError(`${chosen.kernel} cannot be read`, 'Name the file of a kernel, as /boot/vmlinuz-….');
  const image = readKernelImage(chosen.kernel, content, architecture);
  const modules = chosen.modules && (await openModules(context, chosen.modules, cache, image.version));
  const version = image.version ?? modules?.version ?? 'unknown';
  const config = await findConfig(context, chosen.kernel, modules?.at, image.bytes, cache);
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
    config,
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
    config: await fs.readFile(under(tree.root, image.replace('vmlinuz-', 'config-')), 'utf8'),
    image: await fs.readFile(under(tree.root, image)),
    version: modules.version,
    modules,
    says: `Debian's ${path.basename(image)} (${version})`,
  };
}
