import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import { filesBelow } from '../common/system/files-below.ts';
import { type AbsPath, under } from '../common/system/place.ts';

/** What a build moves into boot/ARCH, in this order. Other files may lie beside these, as client.tar.gz does. */
export const outputNames = ['kernel', 'initrd.img', 'grub', 'SHA256SUMS'] as const;

/** SHA256SUMS in the form of sha256sum(1). */
export async function writeSums(folder: AbsPath): Promise<void> {
  const lines: string[] = [];
  for (const name of await filesBelow(folder)) {
    const hash = createHash('sha256').update(await fs.readFile(under(folder, name)));
    lines.push(`${hash.digest('hex')}  ${name}\n`);
  }
  await fs.writeFile(under(folder, 'SHA256SUMS'), lines.join(''), { mode: 0o644 });
}

/** Moves the outputs into place, one rename each, SHA256SUMS last. */
export async function moveIn(from: AbsPath, folder: AbsPath, old: AbsPath): Promise<void> {
  await fs.mkdir(folder, { recursive: true });
  if (await fs.stat(under(folder, 'grub')).catch(() => undefined)) await fs.rename(under(folder, 'grub'), old);
  for (const name of outputNames) await fs.rename(under(from, name), under(folder, name));
}
