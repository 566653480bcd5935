import { describe, expect, it } from 'vitest';
import { printLayout } from '../../common/model/layout/print.ts';
import { parseMountedFilesystems } from '../../common/model/mounted.ts';
import { flattenDevices, Storage } from '../../common/model/storage.ts';
import { UserError } from '../../common/system/errors.ts';
import { diskRow, facts, GiB, layoutOf, part, table } from '../../test/helpers/golden-disks.ts';
import { parseFstab } from './golden.ts';
import { goldenLayout } from './golden-layout.ts';

const refusal = (work: Promise<unknown>) =>
  work.then(
    () => '',
    (error: unknown) => (error instanceof UserError ? `${error.message}\n${error.hint}` : String(error)),
  );

describe('a disk that is not of the machine alone', () => {
  const usb = diskRow('sdb', [part('sdb1', 'ext4', { uuid: 'bb' })], { tran: 'usb' });
  it.each([
    ['zd0', {}, 'a volume of ZFS'],
    ['rbd1', {}, 'an image of Ceph (RBD)'],
    ['nbd0', {}, 'a disk over the network (NBD)'],
    ['sdb', { tran: 'iscsi' }, 'a LUN by iSCSI'],
    ['sdb', { tran: 'fc' }, 'a LUN by Fibre Channel'],
    ['sdb', { rm: true }, 'removable'],
    ['sdb', { fstype: 'mpath_member' }, 'a way to a disk with several paths'],
    ['nvme1n1', { traits: { transport: 'rdma' } }, 'a namespace by NVMe over Fabrics'],
    ['sdb', { traits: { sysPath: '/sys/devices/x/usb1/1-1/1-1:1.0/host6/target6:0:0/6:0:0:0/block/sdb' } }, 'on USB'],
  ])('is left out with a remark: %s %j', async (name, more, why) => {
    const { disks, remarks } = await layoutOf([diskRow(name, [], more)], { [name]: table(name) });
    expect(disks).toEqual(['sda']);
    expect(remarks).toEqual([`Not in the layout: /dev/${name} (${why})`]);
  });
  it('is left out also where it was mounted by hand, or the machine starts without it', async () => {
    const given = { sdb: table('sdb') };
    const mounted = '/dev/sdb1 on /data type ext4 (rw)\n';
    expect((await layoutOf([usb], given, { mounted })).disks).toEqual(['sda']);
    for (const option of ['nofail', 'noauto', '_netdev']) {
      const line = `UUID=bb /data ext4 ${option} 0 0\n`;
      const { disks, layout } = await layoutOf([usb], given, { mounted, fstab: line });
      expect(disks).toEqual(['sda']);
      expect(printLayout(layout)).toContain(line);
    }
  });
  it('stays where the machine needs it, and the remark says that it must be named', async () => {
    const given = { sdb: table('sdb') };
    for (const line of ['UUID=bb /data ext4 defaults 0 0\n', '/dev/sdb1 /usr ext4 ro 0 0\n']) {
      const { disks, remarks } = await layoutOf([usb], given, { fstab: line });
      expect(disks).toEqual(['sda', 'sdb']);
      expect(remarks[0]).toContain('/dev/sdb is on USB');
    }
  });
  it('has what stands on it left out, though it is mounted by hand and of a kind that is not made', async () => {
    const luks = { path: '/dev/mapper/c', type: 'crypt', fstype: 'ext4' };
    const stick = diskRow('sdb', [part('sdb1', 'crypto_LUKS', { children: [luks] })], { tran: 'usb' });
    const found = await layoutOf([stick], {}, { mounted: '/dev/mapper/c on /media/c type ext4 (rw)\n' });
    expect(found.remarks).toEqual(['Not in the layout: /dev/sdb (on USB)']);
  });
});

describe('a partition table that no script can say', () => {
  const dos = (...lines: string[]) => `label: dos\nlabel-id: 0x3b1dc5a7\nunit: sectors\n\n${lines.join('\n')}\n`;
  const odd = {
    isohybrid: dos(
      '/dev/sdb1 : start=64, size=1286016, type=0, bootable',
      '/dev/sdb2 : start=5084, size=10304, type=ef',
    ),
    overlapping: dos('/dev/sdb1 : start=64, size=4096, type=83', '/dev/sdb2 : start=128, size=64, type=83'),
    sun: 'label: sun\nunit: sectors\n\n/dev/sdb1 : start=0, size=2097152, type=83\n',
    sgi: 'label: sgi\nunit: sectors\n\n/dev/sdb11 : start=0, size=2097152, type=6\n',
    bsd: 'label: bsd\nunit: sectors\n\n/dev/sdb1 : start=0, size=2097152, type=7\n',
    'boot sector of NTFS': dos(
      '/dev/sdb1 : start=1920221984, size=1816210284, type=72',
      '/dev/sdb2 : start=1936028192, size=1377849344, type=6c',
    ),
    half: 'label: gpt\nlabel-id: X\nunit: sectors\n\n/dev/sdb1 : start=20',
    'no text at all': '\0\u0001\u0002',
  };
  it.each(Object.entries(odd))('is left out where nothing of it is in use: %s', async (_, dump) => {
    const { disks, remarks } = await layoutOf([diskRow('sdb', [part('sdb1')])], { sdb: dump });
    expect(disks).toEqual(['sda']);
    expect(remarks[0]).toMatch(/^Not in the layout: \/dev\/sdb, /);
    expect(remarks[0]).not.toContain('\n');
  });
  it('of an image that says nothing else of the disk, too', async () => {
    expect((await layoutOf([], { sdb: odd.sun })).disks).toEqual(['sda']);
  });
  const pv = part('sdb1', 'LVM2_member', {
    children: [{ path: '/dev/mapper/vg-a', type: 'lvm', fstype: 'ext4', uuid: 'vv' }],
  });
  it.each<[string, Parameters<typeof layoutOf>[0], Parameters<typeof layoutOf>[2]]>([
    ['a mount', [diskRow('sdb', [part('sdb1', 'ext4')])], { mounted: '/dev/sdb1 on /srv type ext4 (rw)\n' }],
    ['a mount, where lsblk is silent', [], { mounted: '/dev/sdb1 on /srv type ext4 (rw)\n' }],
    [
      'a line of fstab',
      [diskRow('sdb', [part('sdb1', 'ext4', { uuid: 'bb' })])],
      { fstab: 'UUID=bb /srv ext4 nofail 0 0\n' },
    ],
    ['swap', [diskRow('sdb', [part('sdb1', 'swap')])], { storage: { swaps: ['/dev/sdb1'] } }],
    ['a volume', [diskRow('sdb', [pv])], { fstab: 'UUID=vv /srv ext4 defaults 0 0\n' }],
    [
      'an array',
      [diskRow('sdb', [part('sdb1', 'linux_raid_member', { children: [{ path: '/dev/md0', type: 'raid1' }] })])],
      { mounted: '/dev/md0 on /srv type ext4 (rw)\n' },
    ],
    [
      'one btrfs over two disks',
      [
        diskRow('sdb', [part('sdb1', 'btrfs', { uuid: 'tt' })]),
        diskRow('sdc', [part('sdc1', 'btrfs', { uuid: 'tt' })]),
      ],
      { mounted: '/dev/sdc1 on /srv type btrfs (rw)\n' },
    ],
  ])('stops the script where something of it is in use, and says the way out: %s', async (_, rows, more) => {
    const said = await refusal(layoutOf(rows, { sdb: odd.isohybrid }, more));
    expect(said).toContain('the partition table of /dev/sdb, which is ');
    expect(said).toContain('type=0 is not known for label: dos');
    expect(said).toContain('--exclude-disk /dev/sdb');
  });
  it('is not needed where a unit mounts the disk for the system, without a line of fstab', async () => {
    const rows = [diskRow('sdb', [], { fstype: 'xfs', uuid: 'bb' })];
    const { layout } = await layoutOf(rows, {}, { mounted: '/dev/sdb on /var type xfs (rw)\n' });
    expect(printLayout(layout)).toContain('/dev/sdb1 /var xfs defaults 0 0\n');
    const byHand = await layoutOf(rows, {}, { mounted: '/dev/sdb on /mnt type xfs (rw)\n' });
    expect(byHand.disks).toEqual(['sda']);
  });
  it('does not matter where the disk is in use as a whole', async () => {
    const rows = [diskRow('sdb', [part('sdb1')], { fstype: 'ext4', uuid: 'bb' })];
    const more = { mounted: '/dev/sdb on /srv type ext4 (rw)\n', fstab: '/dev/sdb /srv ext4 defaults 0 0\n' };
    for (const dump of [odd.overlapping, table('sdb')]) {
      const { layout } = await layoutOf(rows, { sdb: dump }, more);
      expect(printLayout(layout)).toContain('[disk /dev/sdb]\nlabel: gpt\n1 : min=');
      expect(printLayout(layout)).toContain('/dev/sdb1 /srv ext4 defaults 0 0\n');
    }
  });
});

it('makes one btrfs over several disks on the first, with a remark, where the machine starts without it', async () => {
  const rows = [
    diskRow('sdb', [part('sdb1', 'btrfs', { uuid: 'tt' })]),
    diskRow('sdc', [], { fstype: 'btrfs', uuid: 'tt' }),
  ];
  const given = (options: string) =>
    layoutOf(
      rows,
      { sdb: table('sdb') },
      { mounted: '/dev/sdb1 on /srv type btrfs (rw)\n', fstab: `UUID=tt /srv btrfs ${options} 0 0\n` },
    );
  const { disks, remarks } = await given('nofail');
  expect(disks).toEqual(['sda', 'sdb']);
  expect(remarks).toEqual([
    '/dev/sdb1 is one btrfs with /dev/sdc on the golden client: here the filesystem is made on /dev/sdb1 alone',
  ]);
  expect(await refusal(given('defaults'))).toContain('is one btrfs with /dev/sdc: not made again');
});

describe('what belongs to one machine', () => {
  const osd = { path: '/dev/mapper/ceph--1-osd', type: 'lvm', fstype: 'ceph_bluestore' };
  const lvm = (group: string, pv: string, volume: string, segtype = 'linear') => ({
    pvs: [{ pv_name: pv, vg_name: group }],
    vgs: [{ vg_name: group, vg_size: String(GiB) }],
    lvs: [{ vg_name: group, lv_name: volume, lv_size: String(GiB), segtype, stripes: '1' }],
  });
  it('as a group of Ceph on a whole disk needs no disk of a clone', async () => {
    const rows = [diskRow('sdb', [osd], { fstype: 'LVM2_member' })];
    const { disks, layout, remarks } = await layoutOf(rows, {}, { storage: { lvm: lvm('ceph-1', '/dev/sdb', 'osd') } });
    expect([disks, layout.groups]).toEqual([['sda'], []]);
    expect(remarks.join('\n')).toContain('/dev/sdb, not in use, with parts');
    expect(remarks).toContain(
      'Not made again: the volume group ceph-1, because no volume of the group is mounted or in fstab',
    );
  });
  it.each([
    ['a pool of Docker', 'LVM2_member', lvm('docker', '/dev/sdb1', 'pool', 'thin-pool')],
    ['a group of LINSTOR', 'LVM2_member', lvm('drbdpool', '/dev/sdb1', 'r0_00000')],
    ['a pool of ZFS', 'zfs_member', undefined],
    ['an OSD of Ceph without LVM', 'ceph_bluestore', undefined],
  ])('as %s on a partition needs none either', async (_, fstype, volumes) => {
    const rows = [diskRow('sdb', [part('sdb1', fstype)])];
    const storage = volumes ? { lvm: volumes } : {};
    expect((await layoutOf(rows, { sdb: table('sdb') }, { storage })).disks).toEqual(['sda']);
  });
  const drbd = { path: '/dev/drbd0', type: 'disk', fstype: 'ext4', size: GiB };
  it.each([
    [
      'a whole LUN of a cluster',
      diskRow('sdb', [], { fstype: 'gfs2' }),
      '/dev/sdb /x gfs2 noatime',
      '/dev/sdb on /x type gfs2',
    ],
    [
      'a disk of another system',
      diskRow('sdb', [part('sdb1', 'ntfs')]),
      '/dev/sdb1 /x ntfs3 defaults',
      '/dev/sdb1 on /x type ntfs3',
    ],
    [
      'a volume of DRBD',
      diskRow('sdb', [part('sdb1', 'drbd', { children: [drbd] })]),
      '/dev/drbd0 /x ext4 noauto',
      '/dev/drbd0 on /x type ext4',
    ],
  ])('as %s is left out although it is mounted, for no script makes it again', async (_, row, line, mount) => {
    const more = { fstab: `${line} 0 0\n`, mounted: `${mount} (rw)\n` };
    const { disks, remarks } = await layoutOf([row], { sdb: table('sdb') }, more);
    expect(disks).toEqual(['sda']);
    expect(remarks.join('\n')).toContain('Not in the layout: /dev/sdb, with parts in use that are not made again: ');
  });
  it('stays where a volume of the group is in use', async () => {
    const rows = [diskRow('sdb', [part('sdb1', 'LVM2_member')])];
    const mounted = '/dev/mapper/data-a on /srv type ext4 (rw)\n';
    const storage = { lvm: lvm('data', '/dev/sdb1', 'a') };
    expect((await layoutOf(rows, { sdb: table('sdb') }, { storage, mounted })).disks).toEqual(['sda', 'sdb']);
  });
});

it('reads mounts of an image without lsblk as before', () => {
  const golden = {
    disks: [],
    unreadable: [{ name: '/dev/sda', problem: 'p' }],
    mounted: parseMountedFilesystems('/dev/sda1 on / type ext4 (rw)\n'),
    storage: Storage.parse({}),
    devices: flattenDevices({}),
    fstab: parseFstab(''),
  };
  expect(() => goldenLayout(golden, facts)).toThrow('the partition table of /dev/sda, which is mounted on /');
});
