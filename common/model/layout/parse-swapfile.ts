import { readField } from '../../system/octal.ts';
import type { SwapFileWish } from '../layout.ts';
import type { Problems } from './problems.ts';
import { kernelSectorBytes, parseSize, printSize } from './size.ts';

/** The least swap file: mkswap(8) wants ten pages, of at most 64 KiB on arm64. */
export const leastSwapFileBytes = 640 * 1024;

/** Reads `PATH size=SIZE`; blanks in the path are octal escapes, as in fstab(5). */
export function parseSwapFileLine(text: string, line: number, problems: Problems): SwapFileWish[] {
  const [, field = '', size = ''] = /^(\S+)\s+size=(\S+)$/.exec(text) ?? [];
  const path = readField(field);
  const sizeBytes = parseSize(size, kernelSectorBytes);
  if (field === '' || sizeBytes === undefined) problems.add(line, 'a swap file is: PATH size=2GiB');
  else if (!/^(\/[^/\0]+)+$/.test(path) || /\/\.{1,2}(\/|$)/.test(path) || path.startsWith('/dev/'))
    problems.add(line, `${path} is no absolute path of a file`);
  else if (sizeBytes < leastSwapFileBytes)
    problems.add(line, `${path}: a swap file has at least ${printSize(leastSwapFileBytes)}`);
  else return [{ line, path, sizeBytes }];
  return [];
}
