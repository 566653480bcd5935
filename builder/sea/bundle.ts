import { builtinModules } from 'node:module';
import path from 'node:path';
import { rolldown } from 'rolldown';
import { UserError } from '../../common/system/errors.ts';
import { sourceTop } from '../top.ts';

/** A program of ours: the file it begins with, and the folders and files that may be in it, relative to the top. */
export type Program = { entry: string; parts: readonly string[] };

/** What is made into an executable: the program of the initrd, and that of golden clients and running machines. */
export const programs = {
  boel: { entry: 'runtime/main.ts', parts: ['runtime', 'install', 'machine', 'common', 'templates'] },
  client: { entry: 'cli/client.ts', parts: ['cli', 'client', 'install', 'machine', 'common', 'package.json'] },
} as const satisfies Record<string, Program>;

/** Bundles a program with all that it imports, as one CommonJS file. */
export async function bundleProgram({ entry, parts }: Program): Promise<string> {
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
    const foreign = sources.filter((file) => !parts.some((part) => file === part || file.startsWith(`${part}/`)));
    if (foreign.length > 0)
      throw new UserError(
        `${entry} would carry ${foreign.join(', ')}`,
        'A bundle must hold every import: mend the imports.',
      );
    return inAscii(chunk.code);
  } finally {
    await build.close();
  }
}

/** V8 holds a text in one byte a character only where it is ASCII, and starts sooner; other characters stand in strings and patterns. */
function inAscii(code: string): string {
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
