import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../boot/harness/processes.ts';
import { cached } from './cache.ts';
import { goldenTree } from './golden.ts';

/**
 * Golden clients whose root is a logical volume: on a partition; on a mirror of two disks, with /boot on another; on a mirror
 * beside a mirrored EFI system partition, with /boot inside of it.
 */
export type VolumesKind = 'lvm' | 'mirror' | 'efi';

/** What a golden tree needs to start from volumes. */
export const volumesOptions = { extra: ['lvm2', 'mdadm'] };

const samples = path.join(import.meta.dirname, 'golden', 'volumes');

/** UUIDs of their filesystems, as in golden/volumes. */
const uuids = { boot: '2b9c0f14-6a5d-4f0e-8c3b-51d7e9a04c21', root: '9e1f7a60-0d3c-4b58-a2c4-7f6b8d21e035' };

/**
 * Such a golden client's files as a directory: a golden tree with lvm2 and mdadm, and in it the files of golden/volumes/KIND:
 * its fstab, and what prepareclient wrote down there.
 */
export async function volumesTree(kind: VolumesKind): Promise<string> {
  const base = await goldenTree(volumesOptions);
  const version = (await readdir(path.join(base, 'boot'))).find((name) => name.startsWith('vmlinuz-'))?.slice(8) ?? '';
  const files: Record<string, string> = { '/boot/grub/grub.cfg': grubCfg(version, kind) };
  for (const name of await readdir(path.join(samples, kind), { recursive: true, withFileTypes: true }))
    if (name.isFile()) {
      const from = path.join(name.parentPath, name.name);
      files[from.slice(path.join(samples, kind).length)] = await readFile(from, 'utf8');
    }
  const dir = await cached(`golden-${kind}`, { base, files }, async (unfinished) => {
    const tree = path.join(unfinished, 'tree');
    await run(['cp', '-al', base, tree], { limitMs: 300_000 });
    await rm(path.join(tree, 'etc/systemimager'), { recursive: true });
    for (const [name, text] of Object.entries(files)) {
      const to = path.join(tree, name);
      await mkdir(path.dirname(to), { recursive: true });
      // Never into a file that the other trees share.
      await rm(to, { force: true });
      await writeFile(to, text);
    }
  });
  return path.join(dir, 'tree');
}

function grubCfg(version: string, kind: VolumesKind): string {
  const [search, folder] = kind === 'efi' ? [uuids.root, '/boot'] : [uuids.boot, ''];
  return `set timeout=0
insmod part_gpt
insmod ext2
search --no-floppy --fs-uuid --set=root ${search}
menuentry 'Debian GNU/Linux' {
	linux ${folder}/vmlinuz-${version} root=/dev/mapper/vg0-root ro console=tty0 console=ttyS0,115200
	initrd ${folder}/initrd.img-${version}
}
`;
}
