import type { Architecture } from '../../common/boot/architectures.ts';
import type { CliContext } from '../../common/cli.ts';
import { sayLine } from '../../common/system/terminal.ts';
import { cacheFolder } from '../../common/system/cache-folder.ts';
import { checkPrograms, packagePrograms } from '../host-packages.ts';
import { withBuildLock } from '../lock.ts';
import { openApt } from '../packages/apt.ts';
import { type Library, packageLibrary } from '../packages/library.ts';
import type { BuildContext } from '../run.ts';

/** What a medium is made of: Debian's packages for its machines, and programs of this machine with the package of each. */
type Needed = { arch?: Architecture; packages: readonly string[]; programs: Record<string, string> };

/** Does the work with these packages opened, while no build uses the same cache. */
export async function withPackages<T>(
  { io, signal }: CliContext,
  { arch = 'amd64', packages, programs }: Needed,
  work: (build: BuildContext, library: Library) => Promise<T>,
): Promise<T> {
  await checkPrograms({ ...packagePrograms, ...programs });
  const build: BuildContext = { io, signal, say: sayLine };
  const cache = cacheFolder(process.env);
  return await withBuildLock(build, cache, async () => {
    const library = packageLibrary(build, await openApt(build, cache, arch), arch, cache);
    await library.prefetch(packages);
    return await work(build, library);
  });
}
