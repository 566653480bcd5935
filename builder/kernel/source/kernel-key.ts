import fs from 'node:fs/promises';
import path from 'node:path';
import { filesBelow } from '../../../common/system/files-below.ts';
import { allNeeds } from '../../../runtime/needs.ts';
import { contentKey } from '../../cache.ts';
import { printWishes, readFragments } from '../../kconfig.ts';
import { type BuildContext, runOrFail } from '../../run.ts';
import { sourceTop } from '../../top.ts';
import { parseModuleList } from '../patterns.ts';

/** Two compilations give the same bytes: Linux writes these into the kernel (Documentation/kbuild/reproducible-builds.rst). */
export const fixedFacts = {
  KBUILD_BUILD_TIMESTAMP: '@0',
  KBUILD_BUILD_USER: 'systemimager',
  KBUILD_BUILD_HOST: 'boel',
  KBUILD_BUILD_VERSION: '1',
};

/** The folder of this project with drivers, options and patches. */
export const configFolder = path.join(sourceTop, 'kernel-config');

/** A key of what this project and the compiler add to Debian's source and configuration. A comment does not change the key. */
export async function ownKey(context: BuildContext): Promise<string> {
  const names = (await filesBelow(configFolder)).filter((name) => /\.(modules|patch)$/.test(name)).sort();
  const lists = names.map(async (name) => {
    const text = await fs.readFile(path.join(configFolder, name), 'utf8');
    return name.endsWith('.patch') ? text : parseModuleList(name, text);
  });
  const compilers = ['gcc', 'ld'].map(async (program) => {
    const { stdout } = await runOrFail(context, { argv: [program, '--version'] }, `Asking ${program} for its version`);
    return stdout.split('\n')[0];
  });
  const parts = [await Promise.all([...lists, ...compilers]), printWishes(await readFragments('kernel-config'))];
  return contentKey(JSON.stringify([...parts, allNeeds.modules, fixedFacts]));
}
