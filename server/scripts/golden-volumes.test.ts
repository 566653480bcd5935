import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseLayout } from '../../common/model/layout/parse.ts';
import { printLayout } from '../../common/model/layout/print.ts';
import { flattenDevices, type Lvm, Storage } from '../../common/model/storage.ts';
import { absPath } from '../../common/system/place.ts';
import { realIo } from '../../common/system/real-io.ts';
import { type Golden, readGolden } from './golden.ts';
import { goldenLayout, goldenMountDirs } from './golden-layout.ts';

/** The sample golden clients of the boot tests. */
const sample = (kind: 'lvm' | 'mirror' | 'efi') =>
  readGolden(realIo, absPath(path.join(import.meta.dirname, '../../test/assets/golden/volumes', kind)));
const facts = {
  name: 'web_v1',
  bytes: 0,
  inodes: 0,
  mounts: [
    { dir: '/', bytes: 400_000_000, inodes: 9000 },
    { dir: '/boot', bytes: 30_000_000, inodes: 30 },
  ],
  splitLinks: [],
};
const text = (golden: Golden) => printLayout(goldenLayout(golden, facts).layout);
/** The sections of volumes, and the partitions without their names. */
const sections = (golden: Golden) =>
  text(golden)
    .replaceAll(/, uuid=[0-9A-F-]+|label-id: .*\n| features=.*/g, '')
    .split(/(?=^\[)/m);

it('makes LVM on a partition again, its largest volume taking the rest of a full group', async () => {
  const golden = await sample('lvm');
  expect(goldenMountDirs(golden)).toEqual(['/', '/boot', '/srv']);
  expect(sections(golden)).toEqual([
    '[disk /dev/sda]\nlabel: gpt\n1 : size=1MiB, type="BIOS boot"\n2 : size=256MiB, min=39MiB, type=linux\n3 : min=497MiB, type=lvm\n',
    '[lvm vg0]\npv=/dev/sda3\nroot min=485MiB\nswap size=512MiB min=0\nsrv-data size=2GiB min=5MiB\n',
    expect.stringContaining('\n/dev/vg0/root ext4 uuid=9e1f7a60-0d3c-4b58-a2c4-7f6b8d21e035\n'),
    '[mounts]\n/dev/mapper/vg0-root / ext4 errors=remount-ro 0 1\nUUID=2b9c0f14-6a5d-4f0e-8c3b-51d7e9a04c21 /boot ext4 defaults 0 2\n' +
      '/dev/mapper/vg0-srv--data /srv ext4 defaults 0 2\n/dev/mapper/vg0-swap none swap sw 0 0\n',
  ]);
  expect(text(golden)).toContain('features=none,has_journal,ext_attr,');
  expect(text(golden)).not.toContain('needs_recovery');
});

it('makes mirrors and LVM on one of them again, with their UUIDs and metadata', async () => {
  const found = sections(await sample('mirror'));
  const parts = '1 : size=1MiB, type="BIOS boot"\n2 : size=256MiB, min=41MiB, type=raid\n3 : min=491MiB, type=raid\n';
  expect(found.slice(0, 5)).toEqual([
    `[disk /dev/sda]\nlabel: gpt\n${parts}`,
    `[disk /dev/sdb]\nlabel: gpt\n${parts}`,
    '[raid /dev/md0]\nlevel=1\ndevices=/dev/sda2,/dev/sdb2\nmetadata=1.0\nuuid=3f0c9b1a:5d2e4f87:90a1b2c3:d4e5f607\n',
    '[raid /dev/md1]\nlevel=1\ndevices=/dev/sda3,/dev/sdb3\nuuid=81726354:a0b1c2d3:e4f50617:28394a5b\n',
    '[lvm vg0]\npv=/dev/md1\nroot min=485MiB\nswap size=512MiB min=0\n',
  ]);
});

it('keeps a mirrored EFI system partition, whatever udev called the arrays', async () => {
  const found = sections(await sample('efi'));
  expect(found.slice(1)).toEqual([
    '[disk /dev/sdb]\nlabel: gpt\n1 : size=64MiB, type=uefi\n2 : min=491MiB, type=raid\n',
    '[raid /dev/md127]\nlevel=1\ndevices=/dev/sda1,/dev/sdb1\nmetadata=1.0\nuuid=3f0c9b1a:5d2e4f87:90a1b2c3:d4e5f607\n',
    '[raid /dev/md126]\nlevel=1\ndevices=/dev/sda2,/dev/sdb2\nuuid=81726354:a0b1c2d3:e4f50617:28394a5b\n',
    '[lvm vg0]\npv=/dev/md126\nroot min=485MiB\n',
    '[filesystems]\n/dev/md127 vfat uuid=6B1C-D2E3 fat=16\n/dev/vg0/root ext4 label=root uuid=9e1f7a60-0d3c-4b58-a2c4-7f6b8d21e035\n',
    '[mounts]\n/dev/mapper/vg0-root / ext4 errors=remount-ro 0 1\nUUID=6B1C-D2E3 /boot/efi vfat umask=0077 0 1\n',
  ]);
});

it('reads as the installer reads it', async () => {
  for (const kind of ['lvm', 'mirror', 'efi'] as const) {
    const layout = parseLayout(text(await sample(kind)));
    expect(layout.mounts.every((mount) => mount.device !== undefined)).toBe(true);
  }
});

/** A sample with other facts of its storage. */
async function changed(kind: 'lvm' | 'mirror', change: (storage: Storage) => void, more: Partial<Golden> = {}) {
  const golden = await sample(kind);
  const storage = structuredClone(golden.storage);
  change(storage);
  return { ...golden, storage, devices: flattenDevices(storage), ...more };
}
const volume = (storage: Storage, at: number): Lvm['lvs'][number] => storage.lvm!.lvs[at]!;
const array = (storage: Storage, name: string): Record<string, string> => storage.md![name]!;

describe('what is not made again', () => {
  const kind =
    (segtype: string, at = 2) =>
    (storage: Storage) =>
      void Object.assign(volume(storage, at), { segtype });
  const encrypted = (storage: Storage) => {
    const part = storage.lsblk!.blockdevices[0]!.children![2]!;
    const crypt = { path: '/dev/mapper/sda3_crypt', type: 'crypt', fstype: 'LVM2_member', children: part.children };
    Object.assign(part, { fstype: 'crypto_LUKS', children: [crypt] });
    storage.lvm!.pvs[0]!.pv_name = '/dev/mapper/sda3_crypt';
  };
  const inUse = 'on the golden client,';
  it.each<['lvm' | 'mirror', (storage: Storage) => void, string]>([
    ['lvm', kind('thin'), `/dev/vg0/srv-data, mounted on /srv ${inUse} is a thin volume`],
    ['lvm', kind('cache'), `/dev/vg0/srv-data, mounted on /srv ${inUse} is a cached volume`],
    ['lvm', kind('raid1', 0), `/dev/vg0/root, mounted on / ${inUse} is a mirror or RAID inside of LVM`],
    ['lvm', kind('vdo', 1), `/dev/vg0/swap, used as swap ${inUse} is of the kind vdo`],
    [
      'lvm',
      (storage) => void Object.assign(volume(storage, 2), { origin: 'root', lv_attr: 'swi-aos---' }),
      `/dev/vg0/srv-data, mounted on /srv ${inUse} is a snapshot of root`,
    ],
    [
      'lvm',
      encrypted,
      `/dev/vg0/root, mounted on / ${inUse} lies on /dev/mapper/sda3_crypt, which is encrypted (LUKS, on /dev/sda3)`,
    ],
    [
      'mirror',
      (storage) => void Object.assign(array(storage, '/dev/md0'), { MD_METADATA: 'imsm' }),
      `/dev/md0, mounted on /boot ${inUse} is an array with metadata of imsm`,
    ],
    [
      'mirror',
      (storage) => void Object.assign(array(storage, '/dev/md1'), { MD_LEVEL: 'raid5', MD_DEVICES: '3' }),
      'lies on /dev/md1, which lacks 1 of its 3 members',
    ],
    [
      'lvm',
      ({ lsblk }) => {
        const [, boot, pv] = lsblk!.blockdevices[0]!.children!;
        for (const one of [boot!, pv!.children![2]!]) Object.assign(one, { fstype: 'btrfs', uuid: 'same' });
      },
      `/dev/sda2, mounted on /boot ${inUse} is one btrfs with /dev/vg0/srv-data`,
    ],
    [
      'lvm',
      (storage) => void storage.lvm!.pvs.push({ pv_name: '[unknown]', vg_name: 'vg0' }),
      `/dev/vg0/root, mounted on / ${inUse} lies on a physical volume that is missing`,
    ],
    ['mirror', (storage) => void delete storage.lvm, 'is a device-mapper volume that LVM does not report'],
    [
      'mirror',
      (storage) => void (delete storage.lvm, delete storage.md, delete storage.lsblk),
      'lies on /dev/mapper/vg0-root, of which partitionschemes and storage.json of the image say nothing',
    ],
  ])('%s %#', async (which, change, message) => {
    const golden = await changed(which, change);
    expect(() => goldenLayout(golden, facts)).toThrow(message);
  });

  it('is only told where nothing uses it', async () => {
    const golden = await changed('lvm', (storage) => {
      const row = { ...volume(storage, 0), lv_size: 0 };
      storage.lvm!.lvs.push(
        { ...row, lv_name: 'snap', origin: 'root', lv_attr: 'swi-a-s---' },
        { ...row, lv_name: 'pool', segtype: 'thin-pool' },
        { ...row, lv_name: '[pool_tdata]' },
      );
      storage.lsblk!.blockdevices.push(
        ...['vg0-pool_tdata', 'vg0-pool-tpool'].map((name) => ({ path: `/dev/mapper/${name}`, type: 'lvm' })),
      );
    });
    const { layout, remarks } = goldenLayout(golden, facts);
    expect(layout.groups[0]?.volumes.map((one) => one.name)).toEqual(['root', 'swap', 'srv-data']);
    expect(remarks).toEqual([
      'Not made again, and not in use: /dev/vg0/snap is a snapshot of root',
      'Not made again, and not in use: /dev/vg0/pool is a thin pool',
    ]);
  });
});

it('leaves out what lies on a disk that prepareclient left out', async () => {
  const golden = await changed('lvm', (storage) => {
    storage.lvm!.pvs.push({ pv_name: '/dev/sdx1', vg_name: 'other' });
    storage.lvm!.vgs.push({ vg_name: 'other', vg_size: 1024 ** 3 });
    storage.lvm!.lvs.push({ ...volume(storage, 0), vg_name: 'other', lv_name: 'data' });
  });
  golden.mounted.push({ device: '/dev/mapper/other-data', dir: '/data', type: 'ext4', options: 'rw' });
  const { layout, remarks } = goldenLayout(golden, facts);
  expect(layout.groups.map((one) => one.name)).toEqual(['vg0']);
  expect(remarks).toEqual([
    'Not made again: /dev/other/data lies on /dev/sdx1, and partitionschemes does not list /dev/sdx1',
  ]);
});

it('leaves room that was left free in a group', async () => {
  const golden = await changed('lvm', (storage) => void (storage.lvm!.vgs[0]!.vg_size += 1024 ** 3));
  expect(text(golden)).toMatch(/^root size=\d+MiB min=485MiB$/m);
});

it('remakes a mirror that lacks a member with those that are there, and says so', async () => {
  const golden = await changed('mirror', (storage) => void delete array(storage, '/dev/md0').MD_DEVICE_dev_sdb2_DEV);
  expect(text(golden)).toContain('level=1\ndevices=/dev/sda2\n');
  expect(goldenLayout(golden, facts).remarks).toEqual([
    '/dev/md0 lacks members on the golden client: the array gets 1 members here',
  ]);
});

it('keeps chunk, layout and spares', async () => {
  const golden = await changed('mirror', (storage) => {
    // far=2: drivers/md/raid10.c
    const wish = { MD_LEVEL: 'raid10', chunk_size: '65536', layout: '513', MD_METADATA: '0.90' };
    Object.assign(array(storage, '/dev/md0'), wish);
    const roles = { MD_DEVICES: '1', MD_DEVICE_dev_sda3_ROLE: 'spare', MD_DEVICE_dev_sdb3_ROLE: '0' };
    Object.assign(array(storage, '/dev/md1'), roles);
  });
  expect(text(golden)).toContain(
    'level=10\ndevices=/dev/sda2,/dev/sdb2\nmetadata=0.90\nchunk=64KiB\nlayout=f2\nuuid=3f0c9b1a:',
  );
  expect(text(golden)).toContain('level=1\ndevices=/dev/sdb3\nspares=/dev/sda3\n');
});

it('gives a disk without partition table one with one partition', async () => {
  const golden = await changed('lvm', (storage) => {
    storage.lsblk!.blockdevices.push({ path: '/dev/sdb', type: 'disk', size: 4 * 1024 ** 3, fstype: 'LVM2_member' });
    storage.lvm!.pvs.push({ pv_name: '/dev/sdb', vg_name: 'vg0' });
  });
  expect(text(golden)).toContain('[disk /dev/sdb]\nlabel: gpt\n1 : type=lvm\n[lvm vg0]\npv=/dev/sda3,/dev/sdb1\n');
  expect(text(golden)).toMatch(/^3 : type=lvm, uuid=.*4$/m);
});

it('knows nothing of a disk without partition table that somebody mounted by hand', async () => {
  const stick = { path: '/dev/sdb', type: 'disk', size: 4 * 1024 ** 3, fstype: 'ext4' };
  const golden = await changed('lvm', (storage) => void storage.lsblk!.blockdevices.push(stick));
  const mount = { device: '/dev/sdb', dir: '/mnt', type: 'ext4', options: 'rw' };
  const without = text(golden);
  expect(text({ ...golden, mounted: [...golden.mounted, mount] })).toBe(without);
  const line = { line: 0, spec: '/dev/sdb', dir: '/mnt', type: 'ext4', options: 'defaults', freq: 0, passno: 2 };
  const named = { ...golden, mounted: [...golden.mounted, mount], fstab: [...golden.fstab, line] };
  expect(text(named)).toContain('[disk /dev/sdb]\n');
});

it('reads what an lsblk without paths prints', () => {
  const children = [{ name: 'vg-a', type: 'lvm', size: '1' }];
  const blockdevices = [{ name: 'sda', type: 'disk', rm: '1', size: '9', children }];
  expect(flattenDevices(Storage.parse({ lsblk: { blockdevices } }))).toMatchObject([
    { path: '/dev/sda', rm: true, size: 9 },
    { path: '/dev/mapper/vg-a', parents: ['/dev/sda'] },
  ]);
});
