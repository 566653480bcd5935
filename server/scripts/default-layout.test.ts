import { expect, it } from 'vitest';
import { defaultLayout } from './default-layout.ts';
import { parseFstab } from './golden.ts';

it('keeps in a default layout what needs no disk', () => {
  const lines = parseFstab('/dev/sda4 / ext4\nnas:/x /x nfs\n/dev/sda4 /mnt ext4 noauto\n/swap.img none swap\n');
  const { mounts } = defaultLayout({ bytes: 900, inodes: 9, splitLinks: [], name: 'web_v1', mounts: [] }, lines);
  expect(mounts.map((one) => `${one.spec} ${one.dir}`)).toEqual([
    'LABEL=root /',
    'LABEL=EFI /boot/efi',
    'LABEL=swap none',
    'nas:/x /x',
  ]);
});
