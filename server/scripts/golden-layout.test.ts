import { expect, it } from 'vitest';
import { parseLayout } from '../../common/model/layout/parse.ts';
import { printLayout } from '../../common/model/layout/print.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { parseMountedFilesystems } from '../../common/model/mounted.ts';
import { parseFstab, parseScheme, readGolden } from './golden.ts';
import { goldenLayout, goldenMountDirs } from './golden-layout.ts';

const gpt = `label: gpt
label-id: 5E1B6E0C-7B0D-4C57-9C0C-0A4C0F6F7A11
device: /dev/sda
unit: sectors
first-lba: 34
last-lba: 16777182
sector-size: 512

/dev/sda1 : start=        2048, size=      131072, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B
/dev/sda2 : start=      133120, size=     2097152, type=0FC63DAF-8483-4772-8E79-3D69D8477DE4, name="root"
/dev/sda4 : start=    14680064, size=     2097119, type=0657FD6D-A4AB-43C4-84E5-0933C84B4F4F
/dev/sda3 : start=     2230272, size=    12449792, type=0FC63DAF-8483-4772-8E79-3D69D8477DE4
`;
const dos = `label: dos
label-id: 0x12345678
device: /dev/rd/c0d0
unit: sectors

/dev/rd/c0d0p1 : start=2048, size=4194304, type=83, bootable
/dev/rd/c0d0p2 : start=4198400, size=4194304, type=5
/dev/rd/c0d0p5 : start=4200448, size=2097152, type=82
`;
const mounted = `/dev/sda2 on / type ext4 (rw,relatime)
/dev/sda3 on /srv/with space type xfs (rw)
/dev/sda1 on /boot/efi type vfat (rw)
proc on /proc type proc (rw)
`;
const fstab = `# comment
UUID=aaaa / ext4 errors=remount-ro 0 1
LABEL=data /srv/with\\040space xfs defaults 0 2
/dev/disk/by-path/x-part1 /boot/efi vfat umask=0077 0 1
UUID=bbbb none swap sw 0 0
/dev/sr0 /media/cdrom udf,iso9660 user,noauto 0 0
server:/home /home nfs defaults 0 0
/dev/sdz1 /lost ext4 defaults 0 0
`;
const facts = {
  name: 'web_v1',
  bytes: 900,
  inodes: 9,
  mounts: [
    { dir: '/', bytes: 400 * 1024 ** 2, inodes: 20_000 },
    { dir: '/srv/with space', bytes: 0, inodes: 1 },
  ],
  splitLinks: [],
};
const golden = {
  disks: [parseScheme('sda', gpt)],
  mounted: parseMountedFilesystems(mounted),
  storage: {},
  devices: [],
  fstab: parseFstab(fstab),
};

it('asks what the image holds for each mounted partition', () => {
  expect(goldenMountDirs(golden)).toEqual(['/', '/boot/efi', '/srv/with space']);
});
it('keeps numbers, types and names, lets the largest filesystem take the rest and others shrink', () => {
  const { layout, remarks } = goldenLayout(golden, facts);
  expect(printLayout(layout)).toBe(`[disk /dev/sda]
label: gpt
label-id: 5E1B6E0C-7B0D-4C57-9C0C-0A4C0F6F7A11
1 : size=64MiB, type=uefi
2 : size=1GiB, min=532MiB, type=linux, name="root"
3 : min=300MiB, type=linux
4 : size=1GiB, min=0, type=swap
[filesystems]
/dev/sda1 vfat
/dev/sda2 ext4 uuid=aaaa
/dev/sda3 xfs label=data
/dev/sda4 swap uuid=bbbb
[mounts]
UUID=aaaa / ext4 errors=remount-ro 0 1
LABEL=data /srv/with\\040space xfs defaults 0 2
/dev/sda1 /boot/efi vfat umask=0077 0 1
UUID=bbbb none swap sw 0 0
/dev/sr0 /media/cdrom udf,iso9660 user,noauto 0 0
server:/home /home nfs defaults 0 0
`);
  expect(remarks).toEqual(['Not in the layout: /dev/sdz1 on /lost, because the device is unknown']);
});
it('makes a swap file of fstab again, and lets its filesystem have room for it', () => {
  const swapFiles = [
    { path: '/swap.img', sizeBytes: 2 * 1024 ** 3 },
    { path: '/srv/with space/made by a service', sizeBytes: 1024 ** 3 },
  ];
  const fstabOf = parseFstab(`${fstab}/swap.img none swap sw 0 0\n`);
  const { layout, remarks } = goldenLayout({ ...golden, storage: { swapFiles }, fstab: fstabOf }, facts);
  const text = printLayout(layout);
  expect(text).toContain('UUID=bbbb none swap sw 0 0\n');
  expect(text).toContain('/swap.img none swap sw 0 0\n[swapfiles]\n/swap.img size=2GiB\n');
  expect(text).toMatch(/^2 : size=1GiB, min=1GiB, type=linux/m);
  expect(remarks).toEqual(['Not in the layout: /dev/sdz1 on /lost, because the device is unknown']);
});
it('reads an MBR table with a logical partition, of a disk whose name has a slash', () => {
  const disk = parseScheme('rd!c0d0', dos);
  const wish = {
    disks: [disk],
    mounted: [{ device: '/dev/rd/c0d0p1', dir: '/', type: 'ext3', options: '' }],
    storage: {},
    devices: [],
    fstab: [],
  };
  const text = printLayout(goldenLayout(wish, facts).layout);
  expect(text).toContain(
    '1 : min=532MiB, type=linux, bootable\n2 : size=2GiB, type=extended\n5 : size=1GiB, min=0, type=swap\n',
  );
  expect(parseLayout(text).mounts).toMatchObject([{ dir: '/' }, { type: 'swap' }]);
});
it('takes UUIDs and types from lsblk where fstab names devices', () => {
  const devices = [{ path: '/dev/sda2', fstype: 'ext4', label: 'root', uuid: 'cccc', parents: [] }];
  const { layout } = goldenLayout({ ...golden, devices, fstab: parseFstab('/dev/sda2 / ext4 defaults 0 1') }, facts);
  expect(layout.filesystems.find((one) => one.device === '/dev/sda2')).toMatchObject({ label: 'root', uuid: 'cccc' });
});
it('keeps every line of fstab that needs no device of ours, and what names one by any of its names', () => {
  const table = parseScheme(
    'sda',
    gpt.replace('name="root"', 'name="root", uuid=5E1B6E0C-0000-4C57-9C0C-0A4C0F6F7A11'),
  );
  const devices = [
    { path: '/dev/sda2', fstype: 'ext4', uuid: 'cccc', parents: [] },
    { path: '/dev/sda4', fstype: 'swap', uuid: 'dddd', parents: [] },
  ];
  const lines = [
    'PARTUUID=5E1B6E0C-0000-4C57-9C0C-0A4C0F6F7A11 / ext4 defaults 0 1',
    'hugetlbfs /hp hugetlbfs defaults 0 0',
    'gl:/v /gl glusterfs defaults 0 0',
    'user@host:/x /ssh fuse.sshfs defaults 0 0',
    'UUID=99 /iscsi ext4 _netdev 0 0',
    '/dev/zram0 none swap sw 0 0',
    '/srv/a.iso /iso iso9660 loop 0 0',
    '/dev/sr0 /media/cd auto noauto 0 0',
    '/dev/sr1 /media/cd auto noauto 0 0',
  ];
  const swaps = ['PARTLABEL=none none swap sw 0 0', '/dev/disk/by-uuid/dddd none swap sw 0 0'];
  const { layout, remarks } = goldenLayout(
    { ...golden, disks: [table], devices, fstab: parseFstab([...lines, ...swaps].join('\n')) },
    facts,
  );
  const text = printLayout(layout);
  expect(text).toContain(`[mounts]\n${lines.join('\n')}\n/dev/sda4 none swap sw 0 0\n`);
  expect(remarks).toEqual(['Not in the layout: PARTLABEL=none on none, because the device is unknown']);
  expect(parseLayout(text).mounts[0]?.device).toBe('/dev/sda2');
});
it('takes numbers of subvolumes out of fstab, for they differ on each machine', () => {
  const mounts = ['', '/home', '/srv'].map((dir, at) => {
    return { device: '/dev/sda2', dir: dir || '/', type: 'btrfs', options: `rw,subvolid=${256 + at},subvol=/@${dir}` };
  });
  const lines = [
    'UUID=cccc / btrfs rw,subvolid=256,subvol=/@ 0 0',
    'UUID=cccc /home btrfs subvolid=257 0 0',
    'UUID=cccc /srv btrfs subvol=@/srv 0 0',
    'UUID=cccc /top btrfs noauto,subvolid=5,subvol=/ 0 0',
  ];
  const devices = [{ path: '/dev/sda2', fstype: 'btrfs', uuid: 'cccc', parents: [] }];
  const text = printLayout(
    goldenLayout({ ...golden, devices, mounted: mounts, fstab: parseFstab(lines.join('\n')) }, facts).layout,
  );
  expect(text).toContain('[subvolumes]\n/dev/sda2 @ @/home @/srv\n');
  expect(text).toContain(
    'UUID=cccc / btrfs rw,subvol=/@ 0 0\nUUID=cccc /home btrfs subvol=/@/home 0 0\nUUID=cccc /srv btrfs subvol=@/srv 0 0\nUUID=cccc /top btrfs noauto,subvolid=5,subvol=/ 0 0\n',
  );
  expect(() => parseLayout(text)).not.toThrow();
});
it('asks what the image holds below each subvolume that fstab mounts', () => {
  const mount = (dir: string) => ({ device: '/dev/sda3', dir, type: 'btrfs', options: '' });
  const fstabOf = parseFstab('UUID=c /home btrfs subvol=home\nUUID=c /srv btrfs subvol=srv\n');
  const mounts = [...golden.mounted.slice(0, 1), mount('/home'), mount('/srv'), mount('/var/lib/containers/x')];
  expect(goldenMountDirs({ ...golden, mounted: mounts, fstab: fstabOf })).toEqual(['/', '/home', '/srv']);
});
it('leaves a filesystem that cannot be made out, and says so; the root filesystem has to be one of ours', () => {
  const ntfs = { device: '/dev/sda3', dir: '/mnt/win', type: 'fuseblk', options: '' };
  const { layout, remarks } = goldenLayout({ ...golden, mounted: [...golden.mounted.slice(0, 1), ntfs] }, facts);
  expect(layout.disks[0]?.parts.map((part) => part.number)).toEqual([1, 2, 3, 4]);
  expect(layout.filesystems.map((one) => one.device)).toEqual(['/dev/sda2', '/dev/sda4']);
  expect(remarks).toContain('Not made again: the fuseblk filesystem of /dev/sda3, mounted on /mnt/win');
  const zfs = [{ device: '/dev/sda2', dir: '/', type: 'zfs', options: '' }];
  expect(() => goldenLayout({ ...golden, mounted: zfs }, facts)).toThrow(
    'root filesystem is zfs, which no installation makes',
  );
});
it('gives a disk whose table was copied from another its own identifiers', () => {
  const twin = parseScheme('sdb', gpt.replaceAll('/dev/sda', '/dev/sdb'));
  const { layout, remarks } = goldenLayout({ ...golden, disks: [...golden.disks, twin] }, facts);
  expect(layout.disks.map((disk) => disk.labelId)).toEqual(['5E1B6E0C-7B0D-4C57-9C0C-0A4C0F6F7A11', undefined]);
  expect(remarks).toContain(
    '/dev/sdb has identifiers of another disk of the golden client: the disk gets its own identifiers here',
  );
});
it('leaves the UUID of a copied filesystem to the one that is mounted', () => {
  const copy = (path: string) => ({ path, fstype: 'ext4', label: 'root', uuid: 'cccc', parents: [] });
  const devices = [copy('/dev/sda1'), copy('/dev/sda2')];
  const mounts = golden.mounted.slice(0, 1);
  const { layout } = goldenLayout(
    { ...golden, devices, mounted: mounts, fstab: parseFstab('LABEL=root / ext4 defaults 0 1') },
    facts,
  );
  expect(layout.filesystems.slice(0, 2).map((one) => one.uuid)).toEqual([undefined, 'cccc']);
  expect(parseLayout(printLayout(layout)).mounts[0]).toMatchObject({ spec: '/dev/sda2', device: '/dev/sda2' });
});
it('knows nothing of a disk without partitions, nor of disks in memory', () => {
  const empty = parseScheme('sdb', 'label: gpt\nunit: sectors\n');
  const devices = [{ path: '/dev/zram0', type: 'disk', fstype: 'swap', uuid: 'z', size: 2 ** 30, parents: [] }];
  const { layout, remarks } = goldenLayout({ ...golden, disks: [...golden.disks, empty], devices }, facts);
  expect(layout.disks.map((disk) => disk.name)).toEqual(['/dev/sda']);
  expect(remarks).toContain('Not in the layout: /dev/sdb, which has no partition');
});
it('refuses what a machine needs from a device of a kind that is not made, and leaves out what it can do without', () => {
  const bcache = { path: '/dev/bcache0', type: 'disk', fstype: 'xfs', uuid: 'b', size: 2 ** 30, parents: ['/dev/sdc'] };
  const mounts = [...golden.mounted.slice(0, 1), { device: '/dev/bcache0', dir: '/srv', type: 'xfs', options: '' }];
  const line = (options: string) => parseFstab(`/dev/bcache0 /srv xfs ${options} 0 0\n`);
  const made = (options: string) =>
    goldenLayout({ ...golden, devices: [bcache], mounted: mounts, fstab: line(options) }, facts);
  expect(() => made('defaults')).toThrow(
    '/dev/bcache0, mounted on /srv on the golden client, stands on /dev/sdc, as bcache and DRBD do: not made again',
  );
  expect(made('noauto').remarks).toContain(
    'Not made again: /dev/bcache0, mounted on /srv, stands on /dev/sdc, as bcache and DRBD do',
  );
});
it('gives a filesystem that was made smaller than mkfs makes it now what that needs', () => {
  const small = parseScheme('sda', gpt.replace('size=     2097152', 'size=      409600'));
  const mounts = parseMountedFilesystems('/dev/sda3 on / type ext4 (rw)\n/dev/sda2 on /boot type xfs (rw)\n');
  const { layout } = goldenLayout({ ...golden, disks: [small], mounted: mounts, fstab: [] }, facts);
  expect(printLayout(layout)).toContain('2 : size=300MiB, min=300MiB, type=linux, name="root"\n');
});
it('has a disk of which nothing is known fit on its like', () => {
  const bytes = 20 * 1024 ** 3;
  const size = (bytes - 1024 ** 2) / 512 - 33;
  const data = parseScheme(
    'sdb',
    `label: gpt\nunit: sectors\n/dev/sdb1 : start=2048, size=${size}, type=uefi, name="asm"\n`,
  );
  const text = printLayout(goldenLayout({ ...golden, disks: [...golden.disks, data] }, facts).layout);
  expect(text).toContain('[disk /dev/sdb]\nlabel: gpt\n1 : size=20478MiB, type=uefi, name="asm"\n');
});
it('refuses a root filesystem that is on no partition', () => {
  const wish = { ...golden, mounted: [{ device: '/dev/mapper/vg0-root', dir: '/', type: 'ext4', options: '' }] };
  expect(() => goldenLayout(wish, facts)).toThrow('lies on /dev/mapper/vg0-root, of which');
});
it('names the file that does not read, and reads none outside of the image', async () => {
  const { io } = recorderIo({
    files: { '/i/etc/systemimager/partitionschemes/sda': 'Units = cylinders', '/etc/fstab': '/dev/x / ext4' },
  });
  const read = await readGolden(io, '/i');
  expect(() => goldenLayout(read, facts)).toThrow(
    '/i/etc/systemimager/partitionschemes/sda is not what `sfdisk --dump` prints: line 1: is a Units line',
  );
  const { io: linked } = recorderIo({
    files: { '/i/etc/fstab': { link: '/../../etc/fstab' }, '/etc/fstab': '/dev/x / ext4' },
  });
  expect((await readGolden(linked, '/i').catch(() => ({ fstab: [] }))).fstab).toEqual([]);
});
