import fs from 'node:fs/promises';
import os from 'node:os';
import { type AbsPath, under } from '../../common/system/place.ts';
import { contentKey, once } from '../cache.ts';
import type { Architecture } from '../../common/boot/architectures.ts';
import type { Argv } from '../../common/system/io.ts';
import { muslCompiler } from '../compiler.ts';
import { toolPrefix } from '../host-packages.ts';
import { configureApt, machineSources } from '../packages/apt.ts';
import type { Library } from '../packages/library.ts';
import { type BuildContext, runOrFail } from '../run.ts';
import { checkKconfig, mergeKconfig, printWishes, readFragments, type Wishes } from '../kconfig.ts';

/** busybox for BOEL, and the names of its applets. */
export type Busybox = { file: AbsPath; applets: string[]; says: string };

/**
 * Compiles Debian's source of busybox with busybox-config/. Nothing takes its place if that fails: Debian's busybox-static lacks
 * applets that an installation calls (flock, for one), and the installation would stop hours later.
 */
export async function getBusybox(context: BuildContext, library: Library, cache: AbsPath): Promise<Busybox> {
  const { version } = library.facts('busybox');
  const file = await compile(context, library, version, cache);
  return { file, applets: listApplets(await fs.readFile(file)), says: `compiled from Debian's source, ${version}` };
}

async function compile(context: BuildContext, library: Library, version: string, cache: AbsPath): Promise<AbsPath> {
  const { architecture } = library;
  const wishes = await readFragments('busybox-config');
  const key = contentKey(architecture, version.replace(/\+b\d+$/, ''), ...printWishes(wishes));
  return once(under(cache, `busybox-${key}`), async (temporary) => {
    context.say(`Compiling busybox ${version}`);
    const work: AbsPath = `${temporary}.work`;
    await fs.rm(work, { recursive: true, force: true });
    await fs.mkdir(work, { recursive: true });
    try {
      const source = await getSource(context, architecture, work, cache);
      const compiler = await muslCompiler(library, cache);
      await fs.copyFile(await make(context, source, { architecture, compiler, wishes }), temporary);
    } finally {
      await fs.rm(work, { recursive: true, force: true });
    }
  });
}

/** Debian's source package with its patches applied. */
async function getSource(context: BuildContext, architecture: Architecture, work: AbsPath, cache: AbsPath) {
  const home = under(cache, 'apt', 'source');
  const env = await configureApt(home, architecture, 'deb-src', await machineSources());
  await runOrFail(context, { argv: ['apt-get', 'update', '-q'], env }, "Fetching Debian's lists of sources");
  const download = ['apt-get', 'source', '--download-only', '-q', 'busybox'] as const;
  await runOrFail(context, { argv: download, env, cwd: work }, 'Downloading the source of busybox');
  const dsc = (await fs.readdir(work)).find((name) => name.endsWith('.dsc'));
  if (!dsc) throw new Error('apt-get source gave no .dsc');
  const unpack = ['dpkg-source', '--no-check', '-x', dsc, 'source'] as const;
  await runOrFail(context, { argv: unpack, cwd: work }, 'Unpacking the source of busybox');
  return under(work, 'source');
}

async function make(
  context: BuildContext,
  source: AbsPath,
  { architecture, compiler, wishes }: { architecture: Architecture; compiler: Argv; wishes: Wishes },
) {
  const run = (argv: [string, ...string[]], stdin?: string) =>
    // A fixed date and path: two compilations give the same bytes.
    runOrFail(
      context,
      { argv, cwd: source, env: { SOURCE_DATE_EPOCH: '0', KCONFIG_NOTIMESTAMP: '1' }, stdin },
      'Compiling busybox',
    );
  await run(['make', 'allnoconfig']);
  const config = under(source, '.config');
  await fs.writeFile(config, mergeKconfig(await fs.readFile(config, 'utf8'), wishes));
  await run(['make', 'oldconfig'], '\n'.repeat(2000));
  checkKconfig(await fs.readFile(config, 'utf8'), wishes);
  const tools = [`CROSS_COMPILE=${toolPrefix(architecture)}`, `CC=${compiler.join(' ')}`];
  const flags = `EXTRA_CFLAGS=-ffile-prefix-map=${source}=.`;
  await run(['make', `-j${os.availableParallelism()}`, ...tools, flags, 'busybox']);
  return under(source, 'busybox');
}

/** The table of names starts with `[`, `[[` (busybox: include/applet_tables.h); it is sorted and ends before an empty text. */
const tableStart = Buffer.from('[\0[[\0');

/** Reads the applets' names out of the program, which may be for another architecture. */
export function listApplets(program: Buffer): string[] {
  const at = program.indexOf(tableStart);
  if (at < 0) return [];
  const names: string[] = [];
  for (let from = at; ; ) {
    const end = program.indexOf(0, from);
    const name = program.toString('latin1', from, end);
    if (!/^[\w.[-]+$/.test(name) || (names.at(-1) ?? '') >= name) return names;
    names.push(name);
    from = end + 1;
  }
}
