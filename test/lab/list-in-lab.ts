import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { RowContext } from '../boot/harness/row.ts';
import { joinListings, type Listing, parseListing } from '../compare/listing.ts';
import { bootLab } from './machine.ts';

/** A filesystem of an installed system: what mount(8) is told, and its directory in the tree, '' for the root. */
export type LabMount = { device: string; type: string; dir: string; options?: string };

const listTree = path.join(import.meta.dirname, '..', 'compare', 'list-tree.sh');

/** As the installed system would find them. */
const assemble = 'mdadm --assemble --scan --config=none >&2 || true\nlvm vgchange -ay >&2';

/**
 * The listing of an installed tree by the lab's kernel, which has drivers for what the machine of the tests may lack: arrays,
 * logical volumes, vfat, f2fs, jfs, reiserfs. The disks (/dev/vda, /dev/vdb, …) stay as they are.
 */
export async function listInLab(test: RowContext, disks: string[], mounts: LabMount[]): Promise<Listing> {
  const machine = await bootLab(
    test,
    disks.map((file) => ({ file, bus: 'virtio', isCopied: true })),
  );
  const script = await readFile(listTree, 'utf8');
  await machine.shell(assemble);
  const parts: [string, Listing][] = [];
  for (const { device, type, dir, options } of mounts) {
    const raw = await machine.shell(`mount -t ${type} -o ${['ro', options].filter(Boolean).join(',')} ${device} /mnt
export PATH=/lab/usr/bin:$PATH
sh -s /mnt <<'SCRIPT'
${script}
SCRIPT
umount /mnt`);
    parts.push([dir, parseListing(raw)]);
  }
  await machine.end();
  return joinListings(parts);
}
