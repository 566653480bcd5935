import { describe, expect, it } from 'vitest';
import { installedState } from '../../test/helpers/installed-state.ts';
import { installedFstab } from './fstab.ts';

const base = { freq: 0, passno: 0, options: 'defaults' };

describe('installedFstab', () => {
  it.each([
    [
      'a device of the layout becomes its UUID',
      installedState().mounts[0],
      'UUID=11111111-2222-4333-8444-555555555555\t/\text4\tdefaults\t0\t1',
    ],
    [
      'a label stays',
      { ...base, spec: 'LABEL=my root', dir: '/srv/a b', type: 'xfs' },
      'LABEL=my\\040root\t/srv/a\\040b\txfs\tdefaults\t0\t0',
    ],
    [
      'what has no UUID is named by its partition',
      { ...base, spec: '/dev/sda1', device: '/dev/sda1', dir: '/x', type: 'auto' },
      'PARTUUID=00000001-0000-4000-8000-000000000000\t/x\tauto\tdefaults\t0\t0',
    ],
    [
      'a device outside of the layout stays',
      { ...base, spec: '/dev/sr0', dir: '/media/cd', type: 'iso9660' },
      '/dev/sr0\t/media/cd\tiso9660\tdefaults\t0\t0',
    ],
    [
      'tmpfs, nfs and such stay',
      { ...base, spec: 'tmpfs', dir: '/tmp', type: 'tmpfs' },
      'tmpfs\t/tmp\ttmpfs\tdefaults\t0\t0',
    ],
    [
      'a logical volume keeps its name',
      { ...base, spec: '/dev/mapper/vg-root', device: '/dev/vg/root', dir: '/', type: 'ext4' },
      '/dev/mapper/vg-root\t/\text4\tdefaults\t0\t0',
    ],
    [
      'an array, which may be numbered otherwise, becomes its UUID',
      { ...base, spec: '/dev/md0', device: '/dev/md0', dir: '/', type: 'ext4' },
      'UUID=11111111-2222-4333-8444-555555555555\t/\text4\tdefaults\t0\t0',
    ],
    [
      'a label that is another on a kept filesystem becomes its UUID',
      { ...base, spec: 'LABEL=of the golden client', device: '/dev/md0', dir: '/home', type: 'ext4' },
      'UUID=11111111-2222-4333-8444-555555555555\t/home\text4\tdefaults\t0\t0',
    ],
    [
      'so does a UUID',
      { ...base, spec: 'UUID=99999999-2222-4333-8444-555555555555', device: '/dev/md0', dir: '/home', type: 'ext4' },
      'UUID=11111111-2222-4333-8444-555555555555\t/home\text4\tdefaults\t0\t0',
    ],
    [
      'swap too',
      { ...base, spec: '/dev/sda3', device: '/dev/sda3', dir: 'none', type: 'swap' },
      'UUID=11111111-2222-4333-8444-555555555555\tnone\tswap\tdefaults\t0\t0',
    ],
    [
      'what fstab(5) writes as octal is',
      { ...base, spec: 'tmpfs', dir: '/a\\#b', type: 'tmpfs' },
      'tmpfs\t/a\\134#b\ttmpfs\tdefaults\t0\t0',
    ],
  ])('%s', (_, mount, line) => {
    const volume = { sizeBytes: 1, members: ['/dev/sda3'], uuid: '', options: {} };
    const volumes = {
      '/dev/vg/root': { ...volume, kind: 'lv', node: '/dev/mapper/vg-root' },
      '/dev/md0': { ...volume, kind: 'raid', node: '/dev/md0' },
    } as const;
    const filesystem = { ...installedState().filesystems[1]!, device: '/dev/md0' };
    const filesystems = [...installedState().filesystems, filesystem];
    const { text } = installedFstab(undefined, installedState({ mounts: mount ? [mount] : [], volumes, filesystems }));
    expect(text.split('\n').slice(2)).toEqual([line, '']);
  });
});

it('changes of the image’s fstab what is otherwise here, and no more', () => {
  const old = [
    '\ufeff# b\udce2timent\r',
    'UUID=99999999-2222-4333-8444-555555555555\t/   ext4\tdefaults 0\t1 # root\r',
    '',
    '/dev/sda9 /srv xfs defaults 0 2',
    ' /dev/disk/by-path/x-part2  /boot/efi\tvfat umask=0077',
    'nas1:/nfs/c /c nfs defaults, noatime 0 0',
    '/dev/sda2 /mnt',
    'sshfs#user@io1:/export /mnt/sshfs fuse defaults,allow_other 0 0 extra',
  ].join('\n');
  const foreign = [
    { ...base, spec: 'nas1:/nfs/c', dir: '/c', type: 'nfs', options: 'defaults,' },
    { ...base, spec: 'sshfs#user@io1:/export', dir: '/mnt/sshfs', type: 'fuse', options: 'defaults,allow_other' },
    { ...base, spec: 'nas1:/new', dir: '/new', type: 'nfs' },
  ];
  const [root, esp] = installedState().mounts;
  const mounts = [root!, { ...esp!, options: 'umask=0077', passno: 0 }, ...foreign];
  const state = installedState({ mounts });
  const { text, lost } = installedFstab(old, state);
  expect(text.split('\n')).toEqual([
    '\ufeff# b\udce2timent\r',
    'UUID=11111111-2222-4333-8444-555555555555\t/   ext4\tdefaults 0\t1 # root\r',
    '',
    '# not in the autoinstall script: /dev/sda9 /srv xfs defaults 0 2',
    ' UUID=AAAA-BBBB  /boot/efi\tvfat umask=0077',
    'nas1:/nfs/c /c nfs defaults, noatime 0 0',
    '/dev/sda2 /mnt',
    'sshfs#user@io1:/export /mnt/sshfs fuse defaults,allow_other 0 0 extra',
    'nas1:/new\t/new\tnfs\tdefaults\t0\t0',
    '',
  ]);
  expect(lost).toEqual(['/dev/sda9 /srv xfs defaults 0 2']);
  // A second time, as when an installation goes on.
  expect(installedFstab(text, state)).toEqual({ text, lost: [] });
});

it('keeps both lines for one directory, and swap by whatever name', () => {
  const old = 'LABEL=a / ext4\nLABEL=a / ext4\n/dev/sda3 none swap sw,pri=1\n';
  const [root] = installedState().mounts;
  const swap = { ...base, spec: '/dev/sda3', device: '/dev/sda3', dir: 'none', type: 'swap', options: 'sw,pri=1' };
  const filesystems = installedState().filesystems.map((one) => ({
    ...one,
    label: one.device === '/dev/sda3' ? 'a' : '',
  }));
  const lines = [
    { ...root!, spec: 'LABEL=a', passno: 0 },
    { ...base, spec: 'LABEL=a', device: '/dev/sda3', dir: '/', type: 'ext4' },
    swap,
  ];
  const { text } = installedFstab(old, installedState({ mounts: lines, filesystems }));
  expect(text).toBe(old.replace('/dev/sda3', 'UUID=11111111-2222-4333-8444-555555555555'));
});
