import { parseLayout } from '../../common/model/layout/parse.ts';
import { printLayout } from '../../common/model/layout/print.ts';
import { goldenLayout } from '../../server/scripts/golden-layout.ts';
import { readGolden } from '../../server/scripts/golden.ts';
import { recorderIo } from './recorder-io.ts';

export const facts = { name: 'x', bytes: 0, inodes: 0, splitLinks: [], mounts: [{ dir: '/', bytes: 1000, inodes: 9 }] };
export const GiB = 1024 ** 3;
export const part = (name: string, fstype?: string, more: object = {}) => ({
  path: `/dev/${name}`,
  type: 'part',
  fstype,
  size: GiB,
  ...more,
});
export const diskRow = (name: string, children: object[] = [], more: object = {}) => ({
  path: `/dev/${name}`,
  type: 'disk',
  size: 8 * GiB,
  children,
  ...more,
});
export const table = (name: string, lines = `/dev/${name}${/\d$/.test(name) ? 'p' : ''}1 : start=2048, size=2097152`) =>
  `label: gpt\nunit: sectors\n\n${lines}\n`;
export const sda = diskRow('sda', [part('sda1', 'ext4', { uuid: 'aa' })]);

/** A golden client with its root on sda1; `dumps` are those of other disks, and `more` is what its files and tools say. */
export async function layoutOf(
  rows: object[],
  dumps: Record<string, string> = {},
  more: { mounted?: string; fstab?: string; storage?: object } = {},
) {
  const schemes = Object.entries({ sda: table('sda'), ...dumps });
  const storage = { lsblk: { blockdevices: [sda, ...rows] }, ...more.storage };
  const { io } = recorderIo({
    files: {
      ...Object.fromEntries(schemes.map(([name, dump]) => [`/i/etc/systemimager/partitionschemes/${name}`, dump])),
      '/i/etc/systemimager/storage.json': JSON.stringify(storage),
      '/i/etc/systemimager/mounted_filesystems': `/dev/sda1 on / type ext4 (rw)\n${more.mounted ?? ''}`,
      '/i/etc/fstab': `/dev/sda1 / ext4 defaults 0 1\n${more.fstab ?? ''}`,
    },
  });
  const { layout, remarks } = goldenLayout(await readGolden(io, '/i'), facts);
  parseLayout(printLayout(layout));
  return { disks: layout.disks.map((disk) => disk.name.slice('/dev/'.length)), layout, remarks };
}
