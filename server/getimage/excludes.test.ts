import { describe, expect, it } from 'vitest';
import type { GoldenMount } from './description.ts';
import { chooseMounts, excludeSnapshots } from './excludes.ts';
import { excludeArguments } from './plan.ts';

const mount = (dir: string, type: string, device: string, more: Partial<GoldenMount> = {}): GoldenMount => ({
  dir,
  type,
  device,
  options: 'rw',
  root: '/',
  ...more,
});
const root = mount('/', 'ext4', '/dev/sda2', { devno: '8:2' });

const isExcluded = () => false;

function leftOut(mounts: GoldenMount[], fstab: string[], alsoTake: string[] = []) {
  const inFstab = ({ dir }: GoldenMount) => fstab.includes(dir);
  return chooseMounts(mounts, { inFstab, isExcluded, alsoTake })
    .filter((one) => !one.taken)
    .map(({ dir, why }) => `${dir}: ${why}`);
}

describe('what of a golden client becomes the image', () => {
  it.each<[string, GoldenMount[], string[]]>([
    [
      'local filesystems of fstab',
      [root, mount('/home', 'xfs', '/dev/sdb1'), mount('/boot/efi', 'vfat', '/dev/sda1')],
      [],
    ],
    [
      'not what the kernel makes up, without a word',
      [root, mount('/proc', 'proc', 'proc'), mount('/run', 'tmpfs', 'tmpfs'), mount('/run/netns', 'ext4', '/dev/sda2')],
      ['/run: undefined', '/proc: undefined', '/run/netns: undefined'],
    ],
    [
      'not what lies elsewhere, with a word',
      [root, mount('/net', 'nfs4', 'nas:/x')],
      ['/net: nfs4 (nas:/x) is no local filesystem that an installation makes'],
    ],
    [
      'a bind mount only where its files really lie',
      [root, mount('/export', 'ext4', '/dev/sda2', { devno: '8:2', root: '/srv' })],
      ['/export: the same files as /srv, shown a second time'],
    ],
    [
      'the subvolumes of a btrfs, not its top beside them',
      [
        mount('/', 'btrfs', '/dev/sda2', { devno: '0:30', root: '/@' }),
        mount('/home', 'btrfs', '/dev/sda2', { devno: '0:30', root: '/@home' }),
        mount('/top', 'btrfs', '/dev/sda2', { devno: '0:30' }),
      ],
      ['/top: this mount shows / a second time'],
    ],
    [
      'a subvolume that is mounted just where the top shows it',
      [
        mount('/', 'btrfs', '/dev/sda2', { devno: '0:30' }),
        mount('/home', 'btrfs', '/dev/sda2', { devno: '0:30', root: '/home' }),
      ],
      [],
    ],
    [
      'of mounts on top of each other only what is seen',
      [mount('/', 'rootfs', 'rootfs'), root, mount('/mnt', 'nfs', 'nas:/a'), mount('/mnt', 'ext4', '/dev/sdc1')],
      [],
    ],
  ])('%s', (_, mounts, expected) => {
    const fstab = mounts.map((one) => one.dir).filter((dir) => dir !== '/run/netns');
    expect(leftOut(mounts, fstab)).toEqual(expected);
  });

  it('leaves out a disk that fstab does not name, unless it is asked for', () => {
    const mounts = [root, mount('/mnt', 'ext4', '/dev/sdc1')];
    expect(leftOut(mounts, ['/'])).toEqual(['/mnt: /dev/sdc1 is not in /etc/fstab (--also /mnt takes it)']);
    expect(leftOut(mounts, ['/'], ['/mnt'])).toEqual([]);
    const choices = chooseMounts([...mounts, mount('/net', 'nfs4', 'nas:/x')], {
      inFstab: () => false,
      isExcluded,
      alsoTake: [],
    });
    expect(choices.flatMap((one) => (one.mayBeAsked ? [one.dir] : []))).toEqual(['/mnt']);
  });

  it('takes a filesystem that is mounted below one that is left out', () => {
    const choices = [
      { dir: '/', taken: true },
      { dir: '/media', taken: false },
      { dir: '/media/a/b', taken: true },
    ];
    expect(excludeArguments(choices, []).slice(6)).toEqual([
      '--include=/media/a/',
      '--include=/media/a/b/',
      '--exclude=/media/a/*',
      '--exclude=/media/*',
    ]);
  });

  it('leaves out a disk that prepareclient left out, though fstab names it', () => {
    const options = { inFstab: () => true, isExcluded: ({ dir }: GoldenMount) => dir === '/data', alsoTake: [] };
    const choices = chooseMounts([root, mount('/data', 'ext4', '/dev/sdb1')], options);
    expect(choices[1]).toEqual({
      dir: '/data',
      taken: false,
      why: 'prepareclient left out /dev/sdb1',
    });
  });

  it('does not look at what a user has mounted for himself alone, which is closed to root', () => {
    const options = 'rw,nosuid,nodev,relatime,user_id=1000,group_id=1000';
    const closed = mount('/home/u/net', 'fuse.sshfs', 'u@h:', { options });
    const open = mount('/srv/net', 'fuse.sshfs', 'u@h:', { options: `${options},allow_other` });
    const roots = mount('/media/ntfs', 'fuseblk', '/dev/sdc1', { options: 'rw,user_id=0,group_id=0,allow_other' });
    const choices = chooseMounts([root, closed, open, roots], { inFstab: () => true, isExcluded, alsoTake: [] });
    expect(excludeArguments(choices, []).slice(6)).toEqual([
      '--exclude=/srv/net/*',
      '--exclude=/home/u/net',
      '--exclude=/media/ntfs/*',
    ]);
  });

  it('leaves out what snapper keeps of a btrfs, unless it is asked for', () => {
    const top = mount('/', 'btrfs', '/dev/sda2', { root: '/@' });
    const choices = [{ dir: '/', taken: true }];
    expect(excludeSnapshots([top], choices, []).patterns).toEqual(['.snapshots/*']);
    expect(excludeSnapshots([top], choices, ['/home/.snapshots']).patterns).toEqual([]);
    expect(excludeSnapshots([root, mount('/srv', 'btrfs', '/dev/sdb')], choices, []).patterns).toEqual([]);
  });

  it('keeps the empty directory, and takes names for what they are', () => {
    const choices = [
      { dir: '/', taken: true },
      { dir: '/mnt/a[b]*', taken: false },
    ];
    expect(excludeArguments(choices, ['*.iso'])).toEqual([
      '--exclude=/local.cfg',
      '--exclude=/.boel-*',
      '--exclude=lost+found/',
      '--exclude=.boel-partial',
      '--exclude=/proc/*',
      '--exclude=/sys/*',
      '--exclude=*.iso',
      '--exclude=/mnt/a\\[b]\\*/*',
    ]);
  });
});
