import fs from 'node:fs/promises';
import path from 'node:path';
import type { Argv } from '../../common/system/io.ts';
import { type AbsPath, absPath, under } from '../../common/system/place.ts';
import { endWith } from '../../common/system/programs/end-with-us.ts';
import { contentKey, once } from '../cache.ts';
import { muslCompiler } from '../compiler.ts';
import type { Entry } from '../initrd/entry.ts';
import type { Library } from '../packages/library.ts';
import { type BuildContext, runOrFail } from '../run.ts';

/** The executable in the initrd; boel.c becomes this program if no resident program answers. */
export const boelExecutable: AbsPath = '/usr/lib/boel/boel';

const asker: AbsPath = '/usr/bin/boel';
/** Each source here, and where its program lies in the initrd. */
const programs: Record<string, AbsPath> = { 'boel.c': asker, 'end-with.c': endWith };

const sourceOf = (name: string) => absPath(path.join(import.meta.dirname, name));

/** Compiles one of the sources of this folder to `at`, with gcc as `compiler` starts it. */
export async function compile(context: BuildContext, compiler: Argv, source: string, at: AbsPath): Promise<void> {
  const flags = ['-static', '-s', '-Os', '-Wall', '-Wextra', '-Wconversion', '-Werror'];
  await runOrFail(context, { argv: [...compiler, ...flags, '-o', at, sourceOf(source)] }, `Compiling ${source}`);
}

/** Entries of the initrd for the small programs. */
export async function smallPrograms(context: BuildContext, library: Library, cache: AbsPath): Promise<Entry[]> {
  const texts = await Promise.all(Object.keys(programs).map((name) => fs.readFile(sourceOf(name), 'utf8')));
  const folder = await once(under(cache, `asker-${contentKey(library.architecture, ...texts)}`), async (temporary) => {
    await fs.mkdir(temporary);
    const compiler = await muslCompiler(library, cache);
    for (const name of Object.keys(programs)) await compile(context, compiler, name, under(temporary, name));
  });
  return Object.entries(programs).map(([name, at]) => {
    return { kind: 'file', at, from: under(folder, name), mode: 0o755, topic: 'frame' };
  });
}
