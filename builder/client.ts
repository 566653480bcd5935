import { createWriteStream } from 'node:fs';
import fs from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import tar from 'tar-stream';
import { type AbsPath, under } from '../common/system/place.ts';
import { clientCommands } from '../client/commands/index.ts';
import { clientTools } from './client-tools.ts';
import type { Architecture } from '../common/boot/architectures.ts';
import { openApt } from './packages/apt.ts';
import { packageLibrary } from './packages/library.ts';
import { triplets } from '../common/boot/architectures.ts';
import { removeLeftovers } from './prune-cache.ts';
import type { BuildContext } from './run.ts';
import { bundleProgram, programs } from './sea/bundle.ts';
import { makeExecutable } from './sea/executable.ts';

/** What a build of the client's program is made from. */
export type ClientInputs = { architecture: Architecture; file: AbsPath; cache: AbsPath; update: boolean };

const program = 'systemimager-client';

/** Node loads this library, and a minimal Debian lacks it; the other libraries of Node are everywhere. */
const libatomic = { packageName: 'libatomic1', file: 'libatomic.so.1' };

/**
 * A script that starts the program in lib/ beside it. The program does not hand LD_LIBRARY_PATH on to the programs that it
 * starts (common/system/programs/).
 */
const launcher = `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
LD_LIBRARY_PATH=$here/lib SYSTEMIMAGER_TOOLS=$here/lib/bin exec "$here/lib/${program}" "$(basename "$0")" "$@"
`;

/** Packs the commands for golden clients and running machines without Node into a tar.gz that can be unpacked anywhere. */
export async function buildClient(
  context: BuildContext,
  { architecture, file, cache, update }: ClientInputs,
): Promise<number> {
  const apt = await openApt(context, cache, architecture, { update });
  const library = packageLibrary(context, apt, architecture, cache);
  context.say(`Bundling ${program} into one executable`);
  const code = await bundleProgram(programs.client);
  const executable = await makeExecutable(context, { name: program, code }, architecture, cache);
  const tree = await library.open(libatomic.packageName);
  const folder: AbsPath = `/usr/lib/${triplets[architecture]}`;
  const link = tree.files.get(under(folder, libatomic.file));
  const name = link?.kind === 'link' ? link.target : libatomic.file;
  const pack = tar.pack();
  const mtime = new Date(tree.newestSeconds * 1000);
  const put = (at: string, mode: number, content: Buffer | string) =>
    pack.entry({ name: `${program}/${at}`, mode, mtime, uid: 0, gid: 0 }, content);
  for (const one of clientCommands) put(one.name, 0o755, launcher);
  put(`lib/${program}`, 0o755, await fs.readFile(executable));
  for (const { name: tool, mode, content } of await clientTools(library)) put(`lib/${tool}`, mode, content);
  put(`lib/${libatomic.file}`, 0o644, await fs.readFile(under(tree.root, folder, name)));
  pack.finalize();
  await fs.mkdir(under(file, '..'), { recursive: true });
  await removeLeftovers(under(file, '..'));
  const temporary: AbsPath = `${file}.${process.pid}.tmp`;
  try {
    await pipeline(pack, createGzip(), createWriteStream(temporary));
    await fs.rename(temporary, file);
  } finally {
    await fs.rm(temporary, { force: true });
  }
  return (await fs.stat(file)).size;
}
