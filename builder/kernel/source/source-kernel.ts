import fs from 'node:fs/promises';
import os from 'node:os';
import { ownArchitecture } from '../../../common/boot/architectures.ts';
import { UserError } from '../../../common/system/errors.ts';
import { type AbsPath, under } from '../../../common/system/place.ts';
import { allNeeds } from '../../../runtime/needs.ts';
import { contentKey, once, touch } from '../../cache.ts';
import { readFragments } from '../../kconfig.ts';
import { withBuildLock } from '../../lock.ts';
import type { Library } from '../../packages/library.ts';
import { type BuildContext, runOrFail } from '../../run.ts';
import { debianKernel } from '../kernel.ts';
import { chooseModules } from '../module-entries.ts';
import { unnamedDrivers } from '../options.ts';
import { moduleName } from '../patterns.ts';
import { configure } from './configure.ts';
import { fixedFacts, ownKey } from './kernel-key.ts';
import { countingLines } from './progress.ts';
import { unpackSource } from './unpack.ts';

/** A kernel that was compiled, and a folder that tells what it has built in, and its configuration. */
export type SourceKernel = { kernel: AbsPath; modules: AbsPath };

/** The package with Debian's source of Linux, which linux-source depends on. */
function sourcePackage(library: Library): string {
  const name = library.dependsOf('linux-source').find((one) => one.startsWith('linux-source-'));
  if (name) return name;
  throw new UserError("Debian's package linux-source points to no source", 'Fetch newer lists with --update.');
}

/** The packages from which a kernel is compiled. */
export const sourceKernelPackages = (library: Library): string[] => [
  sourcePackage(library),
  ...library.dependsOf(`linux-image-${library.architecture}`).filter((one) => one.startsWith('linux-image-')),
];

/**
 * Compiles Debian's source of Linux with kernel-config/ into one file without modules, once for the same inputs. A compilation
 * that was interrupted goes on where it was.
 */
export async function sourceKernel(context: BuildContext, library: Library, cache: AbsPath): Promise<SourceKernel> {
  const [wished, own] = [library.architecture, ownArchitecture()];
  if (wished !== 'amd64' || own !== 'amd64')
    throw new UserError(
      `a kernel is compiled from source only on amd64 and for amd64, and not for ${wished} on ${own}`,
      'Take the kernel of Debian, or name another one with --kernel FILE.',
    );
  const name = sourcePackage(library);
  const debian = await debianKernel(context, library, cache);
  const key = contentKey(name, library.facts(name).version, debian.version, debian.config ?? '').slice(0, 12);
  const home = under(cache, 'kernels');
  const at = under(home, `${key}-${await ownKey(context)}`);
  const folder = await once(at, async (temporary) => {
    // A lock of its own: a build of BOEL with another kernel need not wait for an hour.
    await withBuildLock(context, home, async () => {
      if (!(await touch(at))) await compile(context, library, cache, under(home, `${key}.work`), temporary);
    });
  });
  return { kernel: under(folder, 'kernel'), modules: under(folder, 'modules') };
}

/** Compiles in a tree below `work`, and puts what a build of BOEL needs into `result`. */
async function compile(context: BuildContext, library: Library, cache: AbsPath, work: AbsPath, result: AbsPath) {
  const name = sourcePackage(library);
  const { version } = library.facts(name);
  const wishes = await readFragments('kernel-config');
  const debian = await debianKernel(context, library, cache);
  if (!debian.config || !debian.modules) throw new Error(`${debian.says} has no configuration`);
  const source = await unpackSource(context, library, name, work);
  const { all: modules } = await chooseModules(debian, debian.modules, allNeeds.modules);
  const make = (targets: readonly string[], why: string, onLine?: (line: string) => void) =>
    runOrFail(
      context,
      { argv: ['make', ...targets], cwd: source, env: fixedFacts, stdin: '\n'.repeat(5000), isChatty: true },
      why,
      onLine,
    );
  context.say(`Configuring ${name} ${version} for ${modules.length} modules of ${debian.version}`);
  const unknown = await configure(
    source,
    async (...targets) => void (await make(targets, `Configuring ${name} ${version}`)),
    { debian: debian.config, modules, wishes },
  );
  if (unknown.length > 0) context.say(`Left out, and not in this source anyway: ${unknown.join(', ')}`);
  context.say(
    `Compiling ${name} ${version} takes one to three hours of processor time; if interrupted, it goes on later`,
  );
  const targets = [`-j${os.availableParallelism()}`, 'bzImage'];
  await make(targets, `Compiling ${name} ${version}`, countingLines(context));
  const config = await fs.readFile(under(source, '.config'), 'utf8');
  const builtin = await fs.readFile(under(source, 'modules.builtin'), 'utf8');
  const lost = missingModules(builtin, modules).filter((one) => !unnamedDrivers(config).includes(one));
  if (lost.length > 0) context.say(`Not built in, because nothing that is built in uses them: ${lost.join(' ')}`);
  await fs.mkdir(under(result, 'modules'), { recursive: true });
  await fs.copyFile(under(source, 'arch/x86/boot/bzImage'), under(result, 'kernel'));
  for (const one of ['modules.builtin', 'modules.builtin.modinfo'])
    await fs.copyFile(under(source, one), under(result, 'modules', one));
  await fs.copyFile(under(source, '.config'), under(result, 'modules/config'));
  await fs.rm(work, { recursive: true, force: true });
}

/** The modules that the text of a modules.builtin does not name. */
export function missingModules(builtin: string, modules: readonly string[]): string[] {
  const names = new Set(builtin.split('\n').map(moduleName));
  return modules.filter((name) => !names.has(name));
}
