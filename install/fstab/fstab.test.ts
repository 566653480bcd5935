import { describe, expect, it } from 'vitest';
import { installedState } from '../../test/helpers/installed-state.ts';
import { formatFstab, linesLost } from './fstab.ts';

const base = { freq: 0, passno: 0, options: 'defaults' };

describe('formatFstab', () => {
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
    const text = formatFstab(installedState({ mounts: mount ? [mount] : [], volumes, filesystems }));
    expect(text.split('\n').slice(2)).toEqual([line, '']);
  });
});

it('tells which lines of the image’s fstab the script does not have', () => {
  const old = '# a comment\nUUID=x / ext4 defaults 0 1\n/dev/sda9 /srv xfs defaults 0 2\nUUID=s none swap sw 0 0\n\n';
  expect(linesLost(old, installedState())).toEqual(['/dev/sda9 /srv xfs defaults 0 2', 'UUID=s none swap sw 0 0']);
});
