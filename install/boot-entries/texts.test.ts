import { describe, expect, it } from 'vitest';
import { type DeviceBelow, readBelow } from '../../machine/block-tree.ts';
import { envWithout } from './grub-env.ts';
import { modulesFor } from './grub-lines.ts';
import { defaultNumber, titlesOf } from './legacy-text.ts';
import { whyReadOnly } from './grub-facts.ts';
import { globalOptions, liloText } from './lilo.ts';
import { fileOf, mountAt, pathWithin } from './running-boot.ts';
import { loaderConf } from './systemd-boot.ts';

const device = (node: string, kind: string, table = ''): DeviceBelow => ({ node, kind, table, fstype: '', uuid: '' });
const disk = [device('/dev/sda1', 'part', 'gpt'), device('/dev/sda', 'disk', 'gpt')];

describe('grub writes its variables', () => {
  it.each([
    ['ext4', disk, undefined],
    ['xfs', disk, undefined],
    ['vfat', disk, undefined],
    ['btrfs', disk, 'grub cannot write to btrfs'],
    ['f2fs', disk, 'grub cannot write to f2fs'],
    ['zfs', [], 'grub cannot write to zfs'],
    [
      'ext4',
      [device('/dev/mapper/vg-root', 'lvm'), ...disk],
      'grub cannot write to /dev/mapper/vg-root, which is no plain partition (lvm)',
    ],
    [
      'ext4',
      [device('/dev/md0', 'raid1'), ...disk],
      'grub cannot write to /dev/md0, which is no plain partition (raid1)',
    ],
    [
      'ext4',
      [device('/dev/mapper/luks', 'crypt'), ...disk],
      'grub cannot write to /dev/mapper/luks, which is no plain partition (crypt)',
    ],
  ])('on %s: %#', (type, below, why) => {
    expect(whyReadOnly(type, below, false)).toBe(why);
    expect(whyReadOnly(type, below, true)).toBeUndefined();
  });
  it('in a block of 1024 bytes, also without the variable', () => {
    for (const text of [undefined, '# GRUB Environment Block\na=b\nnext_entry=x\n####', 'next_entry=x\n']) {
      const block = envWithout(text, 'next_entry');
      expect([block.length, block.includes('next_entry')]).toEqual([1024, false]);
      expect(block).toMatch(/^(# GRUB Environment Block\n)?(a=b\n)?#*$/);
    }
  });
  it('and loads a module for each thing that a filesystem stands on', () => {
    expect(modulesFor('ext4', [device('/dev/mapper/a', 'lvm'), device('/dev/md0', 'raid1'), ...disk])).toEqual([
      'part_gpt',
      'lvm',
      'diskfilter',
      'mdraid1x',
      'ext2',
    ]);
    expect(modulesFor('xfs', [device('/dev/sda1', 'part')])).toEqual(['part_gpt', 'part_msdos', 'xfs']);
  });
});

it.each(['', 'default *\n', 'default @saved\n', 'default systemimager-*\n', 'timeout 3\n#default x\n'])(
  'systemd-boot does not start our entry by chance: loader.conf %j gets a default',
  (conf) => {
    expect(loaderConf(conf, 'a.conf', 'once')).toContain('\ndefault a.conf\n');
    expect(loaderConf(conf, 'a.conf', 'default')).toContain('\ndefault systemimager-reinstall.conf\n');
  },
);
it('systemd-boot: a default that does not fit our entry stays', () => {
  expect(loaderConf('default debian-*\n', 'a.conf', 'once')).toBe('default debian-*\n');
});

it('grub legacy counts entries from 0, and no comments', () => {
  const text = '#title no\ndefault saved\ntitle=A\nkernel /a\n  title B\nkernel /b\n';
  expect(titlesOf(text).map(({ title }) => title)).toEqual(['A', 'B']);
  expect([defaultNumber(text, '1\n#\n'), defaultNumber(text, undefined), defaultNumber('default=3\n', '1')]).toEqual([
    1, 0, 3,
  ]);
});

it('lilo.conf of old Debian, with a password: ours starts without a key', () => {
  const text =
    'lba32\nboot=/dev/hda\nlarge-memory\npassword=x\n# image=/no\ndefault=Linux\nimage=/vmlinuz\n\tlabel=Linux\n';
  expect([...globalOptions(text).keys()]).toEqual(['lba32', 'boot', 'large-memory', 'password', 'default']);
  const now = liloText(text, { kernel: '/boot/k', initrds: ['/boot/i'], words: ['a'] });
  expect(now).toContain('\tbypass\n');
  expect(now.match(/large-memory/g)).toHaveLength(1);
});

it('knows the file of a device path in both forms of efibootmgr', () => {
  expect(fileOf('HD(1,GPT,x,0x800,0x100000)/File(\\EFI\\debian\\shimx64.efi)')).toBe('/EFI/debian/shimx64.efi');
  expect(fileOf('HD(1,GPT,x,0x800,0x100000)/\\EFI\\fedora\\shimx64.efi')).toBe('/EFI/fedora/shimx64.efi');
  expect(fileOf('PciRoot(0x0)/Pci(0x1,0x1)/Ata(0,0,0)')).toBeUndefined();
});

it('finds the path of a file within its filesystem, below a subvolume', () => {
  const mount = (dir: `/${string}`, root: string) => ({
    source: '/dev/sda1',
    dir,
    root,
    type: 'btrfs',
    options: 'rw',
    devno: '0:1',
  });
  const mounts = [mount('/', '/@'), mount('/boot', '/')];
  expect(pathWithin(mountAt(mounts, '/boot/systemimager'), '/boot/systemimager/k')).toBe('/systemimager/k');
  expect(pathWithin(mountAt(mounts.slice(0, 1), '/boot/x'), '/boot/x/k')).toBe('/@/boot/x/k');
});

it('reads what lsblk tells of a volume and its disks', () => {
  const row = (name: string, type: string, children: unknown[] = []) => ({
    name,
    type,
    fstype: null,
    uuid: null,
    pttype: null,
    children,
  });
  const json = JSON.stringify({
    blockdevices: [row('/dev/mapper/v', 'lvm', [row('/dev/sda2', 'part', [row('/dev/sda', 'disk')])])],
  });
  expect(readBelow(json).map(({ node, kind }) => `${node} ${kind}`)).toEqual([
    '/dev/mapper/v lvm',
    '/dev/sda2 part',
    '/dev/sda disk',
  ]);
  expect([readBelow('no JSON'), readBelow('{"blockdevices":[{}]}')]).toEqual([[], []]);
});
