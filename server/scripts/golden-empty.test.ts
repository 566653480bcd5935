import { describe, expect, it } from 'vitest';
import { diskRow, layoutOf, part, table } from '../../test/helpers/golden-disks.ts';

describe('what comes back empty', () => {
  const two = (fstype?: string) => [part('sdb1', 'ext4', { uuid: 'bb' }), part('sdb2', fstype)];
  const dumps = { sdb: table('sdb', '/dev/sdb1 : start=2048, size=4096\n/dev/sdb2 : start=8192, size=4096') };
  const srv = { fstab: 'UUID=bb /srv ext4 defaults 0 0\n', mounted: '/dev/sdb1 on /srv type ext4 (rw)\n' };
  it.each([
    'ntfs',
    'BitLocker',
    'zfs_member',
    'crypto_LUKS',
    'apfs',
    'exfat',
    'hfsplus',
    'ceph_bluestore',
    'LVM2_member',
  ])('is said, and how to keep it: %s', async (fstype) => {
    const { remarks } = await layoutOf([diskRow('sdb', two(fstype))], dumps, srv);
    expect(remarks).toEqual([
      `Empty on new machines: /dev/sdb2, which holds ${fstype}`,
      expect.stringMatching(/^To keep the data of a machine on \/dev\/sdb2, write keep .*blank/),
    ]);
  });
  it('is said of a partition of which nothing is known', async () => {
    const { remarks } = await layoutOf([diskRow('sdb', two())], dumps, srv);
    expect(remarks[0]).toBe('Empty on new machines: /dev/sdb2, which holds unknown data');
  });
  it('is said of a filesystem that was not mounted', async () => {
    const { remarks } = await layoutOf([diskRow('sdb', two('xfs'))], dumps, srv);
    expect(remarks[0]).toBe('Empty on new machines: /dev/sdb2, because its filesystem (xfs) was not mounted');
  });
  it('is said of a partition by its type where nothing else is known; a disk of such alone is left out', async () => {
    const type = '37AFFC90-EF7D-4E96-91C3-2D7AE055B174';
    const gpfs = { sdb: dumps.sdb.replace('start=8192, size=4096', `start=8192, size=4096, type=${type}`) };
    const { remarks } = await layoutOf([diskRow('sdb', two())], gpfs, srv);
    expect(remarks[0]).toBe(`Empty on new machines: /dev/sdb2, which holds something of the type ${type}`);
    const spare = await layoutOf([diskRow('sdb', [part('sdb1'), part('sdb2')])], gpfs);
    expect(spare.remarks).toEqual([
      `Not in the layout: /dev/sdb, not in use, with parts that are not made again: /dev/sdb2: something of the type ${type}`,
    ]);
  });
  it('is not said of a disk that is mounted by a type that is not made, as of Lustre: the disk is left out', async () => {
    const ost = [diskRow('sdb', [], { fstype: 'ext4', label: 'OST0' })];
    const { remarks } = await layoutOf(
      ost,
      {},
      { mounted: '/dev/sdb on /ost type lustre (rw)\n', fstab: '/dev/sdb /ost lustre _netdev 0 0\n' },
    );
    expect(remarks).toEqual(['Not in the layout: /dev/sdb, with parts in use that are not made again: lustre']);
  });
  it('is not said of what boot loaders and Windows reserve', async () => {
    const type = 'E3C9E316-0B5C-4DB8-817D-F92DF00215AE';
    const reserved = { sdb: dumps.sdb.replace('start=8192, size=4096', `start=8192, size=4096, type=${type}`) };
    expect((await layoutOf([diskRow('sdb', two())], reserved, srv)).remarks).toEqual([]);
  });
});
