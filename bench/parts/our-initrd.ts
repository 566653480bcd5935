import type { Compression } from '../../builder/initrd/squashfs.ts';
import { cacheFile } from '../../test/assets/cache.ts';
import { buildBoel, onlyPackages } from '../../test/assets/fresh-build.ts';

const cache = cacheFile('bench-build');
const root = cacheFile('bench-root');

/** `systemimager build boot`, from packages alone (`cold`) or from what an earlier build left (`warm`). */
export async function buildOurs(how: 'cold' | 'warm', compression: Compression, more: string[] = []) {
  if (how === 'cold') await onlyPackages(cache);
  return buildBoel(root, cache, ['--compress', compression, ...more]);
}
