import { rename } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../boot/harness/processes.ts';
import { cached } from './cache.ts';
import type { GoldenOptions } from './golden.ts';
import { writePackageSources } from './package-sources.ts';

/** The smallest system that is a Debian: essential packages and apt, as debootstrap --variant=minbase. Made once by mmdebstrap. */
export async function minimalTree(release: NonNullable<GoldenOptions['release']>): Promise<string> {
  const dir = await cached(`minimal-${release}`, { release }, async (unfinished) => {
    const tree = path.join(unfinished, 'tree.new');
    const sources = path.join(unfinished, 'machine.sources');
    await writePackageSources(release, sources);
    await run(['mmdebstrap', '--mode=root', '--variant=minbase', release, tree, sources], { limitMs: 900_000 });
    await rename(tree, path.join(unfinished, 'tree'));
  });
  return path.join(dir, 'tree');
}
