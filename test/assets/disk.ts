import { open, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../boot/harness/processes.ts';

const units = { K: 1024, M: 1024 ** 2, G: 1024 ** 3 } as const;

/** Bytes of '1440K', '512M', '2G'. */
export function sizeOf(text: string): number {
  const [, number, unit] = /^(\d+)([KMG])$/.exec(text) ?? [];
  if (!number || !unit) throw new Error(`${text} is no size like 512M`);
  return Number(number) * units[unit as keyof typeof units];
}

/** A blank disk: a sparse file. */
export async function blankDisk(dir: string, name: string, size: string): Promise<string> {
  const file = path.join(dir, `${name}.img`);
  const handle = await open(file, 'w');
  await handle.truncate(sizeOf(size));
  await handle.close();
  return file;
}

/** A 1.44 MB floppy with these files in its root: FAT by mtools, or ext2. */
export async function floppy(
  dir: string,
  name: string,
  type: 'vfat' | 'ext2',
  files: Record<string, string>,
): Promise<string> {
  const image = path.join(dir, `${name}.floppy`);
  if (type === 'vfat') await run(['mformat', '-C', '-f', '1440', '-i', image, '::']);
  else {
    await (await open(image, 'w')).close();
    await run(['mke2fs', '-q', '-F', '-t', 'ext2', image, '1440']);
  }
  for (const [file, content] of Object.entries(files)) {
    const from = path.join(dir, `${name}-${file}`);
    await writeFile(from, content);
    if (type === 'vfat') await run(['mcopy', '-i', image, from, `::/${file}`]);
    else await run(['debugfs', '-w', '-R', `write ${from} ${file}`, image]);
  }
  return image;
}

/** A disk with one partition (dos label, from 1 MiB to its end) of ext4 that holds these files. */
export async function diskWithFiles(
  dir: string,
  name: string,
  size: string,
  files: Record<string, string>,
): Promise<string> {
  const disk = await blankDisk(dir, name, size);
  await run(['sfdisk', '-q', disk], { stdin: 'label: dos\n2048,,83\n' });
  const offset = 2048 * 512;
  await run(['mke2fs', '-q', '-F', '-t', 'ext4', '-E', `offset=${offset}`, disk, `${(sizeOf(size) - offset) / 1024}`]);
  for (const [file, content] of Object.entries(files)) {
    const from = path.join(dir, `${name}-${file}`);
    await writeFile(from, content);
    await run(['debugfs', '-w', '-R', `write ${from} ${file}`, `${disk}?offset=${offset}`]);
  }
  return disk;
}

/** True while nothing was written to a blank disk: the file has no block allocated. */
export async function isUntouched(disk: string): Promise<boolean> {
  const handle = await open(disk, 'r');
  try {
    return (await handle.stat()).blocks === 0;
  } finally {
    await handle.close();
  }
}
