import fs from 'node:fs/promises';
import path from 'node:path';
import { type Architecture, ownArchitecture } from '../../common/boot/architectures.ts';
import { describeError } from '../../common/system/errors.ts';
import { type AbsPath, absPath, under } from '../../common/system/place.ts';
import { contentKey, once } from '../cache.ts';
import { type BuildContext, runOrFail } from '../run.ts';

/** The executable in the initrd, which boel.c becomes where nobody answers. */
export const boelExecutable: AbsPath = '/usr/lib/boel/boel';

const source = absPath(path.join(import.meta.dirname, 'boel.c'));

/** Compiles boel.c to `at`. */
export async function compileAsker(context: BuildContext, at: AbsPath): Promise<void> {
  const flags = ['-static', '-s', '-Os', '-Wall', '-Wextra', '-Wconversion', '-Werror'];
  await runOrFail(context, { argv: ['musl-gcc', ...flags, '-o', at, source] }, 'Compiling boel.c');
}

/**
 * The `boel` on PATH, which asks the resident program. Undefined where it cannot be compiled: then the executable does each word itself,
 * some seconds later.
 */
export async function getAsker(
  context: BuildContext,
  architecture: Architecture,
  cache: AbsPath,
): Promise<AbsPath | undefined> {
  if (architecture !== ownArchitecture()) return undefined;
  const text = await fs.readFile(source, 'utf8');
  try {
    const at = under(cache, `asker-${contentKey(architecture, text)}`);
    return await once(at, (temporary) => compileAsker(context, temporary));
  } catch (error) {
    context.signal.throwIfAborted();
    context.say(`boel.c could not be compiled, so each word of a script starts Node: ${describeError(error)}`);
    return undefined;
  }
}
