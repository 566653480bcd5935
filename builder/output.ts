import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import { printSums, sumsName } from '../common/media/sums.ts';
import { filesBelow } from '../common/system/files-below.ts';
import { type AbsPath, under } from '../common/system/place.ts';

/** What a build moves into boot/ARCH, in this order. Other files may lie beside these, as client.tar.gz does. */
export const outputNames = ['kernel', 'initrd.img', 'grub', 'SHA256SUMS'] as const;

/** SHA256SUMS in the form of sha256sum(1). */
export async function writeSums(folder: AbsPath): Promise<void> {
  const sums = new Map<string, string>();
  for (const name of await filesBelow(folder))
    sums.set(
      name,
      createHash('sha256')
        .update(await fs.readFile(under(folder, name)))
        .digest('hex'),
    );
  await fs.writeFile(under(folder, sumsName), printSums(sums), { mode: 0o644 });
}

/** Moves the outputs into place, one rename each, SHA256SUMS last. */
export async function moveIn(from: AbsPath, folder: AbsPath, old: AbsPath): Promise<void> {
  await fs.mkdir(folder, { recursive: true });
  if (await fs.stat(under(folder, 'grub')).catch(() => undefined)) await fs.rename(under(folder, 'grub'), old);
  for (const name of outputNames) await fs.rename(under(from, name), under(folder, name));
}
