import fs from 'node:fs/promises';
import path from 'node:path';
import { type AbsPath, under } from '../../common/system/place.ts';
import { type BuildContext, runOrFail } from '../run.ts';
import type { Entry } from './entry.ts';

/** How hard to compress: zstd's levels. -19 of 200 MB takes two minutes on two cores and saves 15 %. */
export const compressions = { fast: 9, best: 19 } as const;
export type Compression = keyof typeof compressions;

/** Makes the entries below `stage`, as hard links to their source files if possible. */
export async function layOut(entries: readonly Entry[], stage: AbsPath): Promise<void> {
  const made = new Set<string>();
  for (const entry of entries) {
    const at = under(stage, entry.at);
    const folder = path.dirname(at);
    if (!made.has(folder)) await fs.mkdir(folder, { recursive: true });
    made.add(folder);
    if (entry.kind === 'dir') await fs.mkdir(at, { recursive: true });
    else if (entry.kind === 'link') await fs.symlink(entry.target, at);
    else if (entry.kind === 'text') await fs.writeFile(at, entry.content, { mode: entry.mode });
    else await linkOrCopy(entry.from, at, entry.mode);
    if (entry.kind === 'dir' || entry.kind === 'text') await fs.chmod(at, entry.mode);
  }
}

/** Hard-links a file of the cache if the mode is already right, because a link shares the mode; else copies the file. */
async function linkOrCopy(from: AbsPath, to: AbsPath, mode: number): Promise<void> {
  const stat = await fs.stat(from);
  if ((stat.mode & 0o7777) === mode) {
    try {
      return await fs.link(from, to);
    } catch (error) {
      if (!['EXDEV', 'EMLINK', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
  await fs.copyFile(from, to);
  await fs.chmod(to, mode);
}

/**
 * Bytes that are compressed together, and read together when one of them is needed. With squashfs' maximum (1M) the file is
 * 5 % smaller, but a machine with 256 MB drops pages, reads them again, and spends its time on decompression.
 */
const blockSize = '256K';

/** Packs a folder. The same files give the same bytes: all owned by root, all times 0. */
export async function makeSquashfs(
  context: BuildContext,
  folder: AbsPath,
  to: AbsPath,
  compression: Compression,
): Promise<void> {
  const options = ['-noappend', '-no-progress', '-quiet', '-no-xattrs', '-no-exports', '-all-root'];
  const times = ['-all-time', '0', '-mkfs-time', '0'];
  const zstd = ['-comp', 'zstd', '-Xcompression-level', String(compressions[compression]), '-b', blockSize];
  const argv = ['mksquashfs', folder, to, ...options, ...times, ...zstd] as const;
  await runOrFail(context, { argv }, 'Compressing the root of BOEL');
}
