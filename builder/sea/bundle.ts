import { builtinModules } from 'node:module';
import path from 'node:path';
import { rolldown } from 'rolldown';
import { UserError } from '../../common/system/errors.ts';
import { sourceTop } from '../top.ts';

/** A program as one CommonJS file, and the files of ours that are in it (relative to the top, sorted). */
export type Bundle = { code: string; sources: string[] };

/** Bundles a program of ours with all that it imports; `allowed` are the folders that may be in it. */
export async function bundleProgram(entry: string, allowed: readonly string[]): Promise<Bundle> {
  const build = await rolldown({
    input: path.join(sourceTop, entry),
    platform: 'node',
    external: [...builtinModules, /^node:/],
    logLevel: 'silent',
    treeshake: true,
  });
  try {
    const { output } = await build.generate({
      format: 'cjs',
      codeSplitting: false,
      minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
      comments: false,
    });
    const [chunk] = output;
    if (output.length !== 1 || !chunk) throw new Error(`${entry} gives ${output.length} files`);
    const sources = chunk.moduleIds
      .filter((id) => path.isAbsolute(id) && !id.includes('/node_modules/'))
      .map((id) => path.relative(sourceTop, id))
      .sort();
    const foreign = sources.filter((file) => !allowed.some((folder) => file.startsWith(`${folder}/`)));
    if (foreign.length > 0)
      throw new UserError(`${entry} would carry ${foreign.join(', ')}`, 'Those are no part of it: mend the imports.');
    return { code: chunk.code, sources };
  } finally {
    await build.close();
  }
}
