import fs from 'node:fs/promises';
import { type AbsPath, under } from '../../common/system/place.ts';
import { contentKey, once } from '../cache.ts';
import { type Architecture, ownArchitecture } from '../../common/boot/architectures.ts';
import { type BuildContext, runOrFail } from '../run.ts';
import { strippedNode } from './node.ts';

/** Debian packages with the libraries that Node's own binary loads. */
export const nodeLibraries = ['libc6', 'libstdc++6', 'libgcc-s1', 'libatomic1'];

/**
 * Gives the same code cache in each build. `--hash-seed` would do the same, but V8 refuses each cache that was made with other
 * flags, even the cache of Node's own modules in the executable; `--random-seed` does not count (ComputeFlagListHash in V8's flags.cc).
 */
const seed = '--random-seed=1';
/** Makes BOEL fit into a machine with 256 MB: Node's own defaults grow with the machine's memory (v8 --help). */
const execArgv = ['--max-old-space-size=64', '--max-semi-space-size=1', '--disable-warning=ExperimentalWarning'];

/**
 * Makes one executable of a CommonJS program and Node (nodejs.org/api/single-executable-applications.html). Node is
 * stripped first, because stripping would break the finished executable. A code cache saves a fifth of a start; only a Node of
 * the same architecture can make the cache.
 */
export async function makeExecutable(
  context: BuildContext,
  program: { name: string; code: string },
  architecture: Architecture,
  cache: AbsPath,
): Promise<AbsPath> {
  const { node, version } = await strippedNode(context, architecture, cache);
  const useCodeCache = architecture === ownArchitecture();
  const key = contentKey(program.code, version, architecture, execArgv.join(' '), String(useCodeCache));
  const at = under(cache, 'sea', key);
  return under(
    await once(at, async (temporary) => {
      await fs.mkdir(temporary, { recursive: true });
      await fs.writeFile(under(temporary, 'main.cjs'), program.code);
      const config = {
        main: 'main.cjs',
        executable: node,
        output: program.name,
        disableExperimentalSEAWarning: true,
        useSnapshot: false,
        useCodeCache,
        execArgv,
        execArgvExtension: 'none',
      };
      await fs.writeFile(under(temporary, 'sea-config.json'), JSON.stringify(config));
      const argv = [process.execPath, seed, '--build-sea', 'sea-config.json'] as const;
      await runOrFail(context, { argv, cwd: temporary }, `Making the executable ${program.name}`);
    }),
    program.name,
  );
}
