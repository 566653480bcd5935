import fs from 'node:fs/promises';
import { type AbsPath, absPath, under } from '../../../common/system/place.ts';
import { contentKey, once } from '../../cache.ts';
import type { Library } from '../../packages/library.ts';
import { type BuildContext, runOrFail } from '../../run.ts';
import { configFolder } from './kernel-key.ts';

/** Debian's source with our patches, below `work`; a folder that is there already holds what was compiled before. */
export async function unpackSource(
  context: BuildContext,
  library: Library,
  name: string,
  work: AbsPath,
): Promise<AbsPath> {
  const patches = under(absPath(configFolder), 'patches');
  const names = (await fs.readdir(patches)).filter((one) => one.endsWith('.patch')).sort();
  const texts = await Promise.all(names.map((one) => fs.readFile(under(patches, one), 'utf8')));
  const source = under(work, contentKey(...texts).slice(0, 12));
  return once(source, async (temporary) => {
    await fs.rm(work, { recursive: true, force: true });
    context.say(`Unpacking ${name}`);
    const tree = await library.open(name);
    await fs.mkdir(temporary, { recursive: true });
    const packed = under(tree.root, `/usr/src/${name}.tar.xz`);
    const untar = ['tar', '-x', '-f', packed, '--strip-components=1'] as const;
    await runOrFail(context, { argv: untar, cwd: temporary }, `Unpacking ${name}`);
    for (const one of names) {
      const patch = ['patch', '-p1', '--no-backup-if-mismatch', '-i', under(patches, one)] as const;
      await runOrFail(context, { argv: patch, cwd: temporary }, `Patching ${name} with kernel-config/patches/${one}`);
    }
  });
}
