import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { cpio } from '../../test/helpers/cpio.ts';
import { plan } from '../../test/helpers/initramfs-image.ts';
import { installedState } from '../../test/helpers/installed-state.ts';

describe('for a root on a volume group on a mirror', () => {
  const uuid = '00000000:11111111:22222222:33333333';
  const [root] = installedState().mounts;
  if (!root) throw new Error('no root');
  const volume = { sizeBytes: 1, uuid: '', options: {} };
  const state = installedState({
    volumes: {
      '/dev/md0': {
        ...volume,
        kind: 'raid',
        node: '/dev/md0',
        members: ['/dev/sda3'],
        uuid,
        options: { level: '1' },
      },
      '/dev/vg/root': { ...volume, kind: 'lv', node: '/dev/mapper/vg-root', members: ['/dev/md0'], group: 'vg' },
    },
    mounts: [{ ...root, device: '/dev/vg/root', node: '/dev/mapper/vg-root' }],
  });
  const programs = { '/a/sbin/mdadm': '', '/a/usr/sbin/lvm': '' };
  const drivers = ['virtio_pci', 'virtio_blk', 'ext4', 'raid1', 'dm-mod'].map((name) => `lib/${name}.ko`);
  const dep = drivers.map((at) => `${at}:\n`).join('');
  const tools = ['usr/sbin/lvm', 'sbin/mdadm'];
  const given = (names: string[], texts?: Record<string, string>) => ({
    ...programs,
    '/a/lib/modules/6.1/modules.dep': dep,
    '/a/boot/initrd.img-6.1': gzipSync(cpio(names, texts)),
  });
  const conf = 'etc/mdadm/mdadm.conf';

  it.each([
    ['has drivers and programs', [...drivers, ...tools], {}, 'has what this machine needs'],
    [
      'names its array',
      [...drivers, ...tools],
      { [conf]: `ARRAY /dev/md0 UUID=${uuid}` },
      'has what this machine needs',
    ],
    [
      'lacks a level',
      [...drivers.filter((one) => !one.includes('raid')), ...tools],
      {},
      'lacks raid1 for the volumes of its root',
    ],
    ['lacks a program', [...drivers, 'sbin/mdadm'], {}, 'lacks lvm, which starts the volumes of its root'],
    [
      'names the golden client’s array',
      [...drivers, ...tools],
      {
        [conf]: 'ARRAY /dev/md0 metadata=1.2\nARRAY /dev/md/0 name=golden:0 UUID=99999999:11111111:22222222:33333333\n',
      },
      'names other arrays than those of its root: the initramfs is made anew',
    ],
    [
      'has a list of disks for LVM',
      [...drivers, ...tools, 'etc/lvm/devices/system.devices'],
      {},
      'lists the golden client’s disks to LVM: the initramfs is made anew',
    ],
    [
      'names it to dracut',
      [...drivers, ...tools],
      { 'etc/cmdline.d/90mdraid.conf': 'rd.md.uuid=99999999:11111111:22222222:33333333' },
      'names other arrays',
    ],
  ])('one that %s', async (_, names, texts, expected) => {
    expect((await plan(given(names, texts), state)).say.join()).toContain(expected);
  });

  it('refuses an image without the program', async () => {
    await expect(plan({ ...given(drivers), '/a/usr/sbin/lvm': undefined }, state)).rejects.toThrow(
      'lies on /dev/vg/root on /dev/md0, and the image has no lvm to start it',
    );
  });
});
