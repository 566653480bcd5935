import { expect, it } from 'vitest';
import { parseLayout } from '../../common/model/layout/parse.ts';
import { printLayout } from '../../common/model/layout/print.ts';
import { parseScript } from '../../common/model/script.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { defaultLayout } from './default-layout.ts';
import { parseMountedFilesystems } from '../../common/model/mounted.ts';
import { parseFstab, parseScheme, readGolden } from './golden.ts';
import { goldenLayout, goldenMountDirs } from './golden-layout.ts';
import { masterScript } from './master.ts';

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
  expect(remarks).toEqual(['Not in the layout, for its device is unknown: /dev/sdz1 on /lost']);
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
  expect(remarks).toEqual(['Not in the layout, for its device is unknown: /dev/sdz1 on /lost']);
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
it('refuses a root filesystem that is on no partition', () => {
  const wish = { ...golden, mounted: [{ device: '/dev/mapper/vg0-root', dir: '/', type: 'ext4', options: '' }] };
  expect(() => goldenLayout(wish, facts)).toThrow('lies on /dev/mapper/vg0-root, of which');
});
it('writes a script whose every line the installer can read without a shell', async () => {
  const text = await masterScript({
    image: 'web_v1',
    layout: defaultLayout(facts),
    remarks: ['a\nb'],
    ip: 'static',
    afterwards: 'beep',
  });
  const lines = parseScript(text);
  expect(lines.map((line) => (line.kind === 'verb' ? [line.verb, ...line.args].join(' ') : line.text))).toEqual([
    'run-parts pre-install',
    'layout --image web_v1',
    'partition',
    'mkfs',
    'mount',
    'image web_v1',
    'overrides',
    'fstab',
    'host --ip static',
    'boot',
    'run-parts post-install',
    'finish beep',
  ]);
  expect(text).toContain('# a?b\n');
});
it('names the file that does not read, and reads none outside of the image', async () => {
  const { io } = recorderIo({
    files: { '/i/etc/systemimager/partitionschemes/sda': 'Units = cylinders', '/etc/fstab': '/dev/x / ext4' },
  });
  await expect(readGolden(io, '/i')).rejects.toThrow(
    '/i/etc/systemimager/partitionschemes/sda is not what `sfdisk --dump` prints:\n    line 1: is a Units line',
  );
  const { io: linked } = recorderIo({
    files: { '/i/etc/fstab': { link: '/../../etc/fstab' }, '/etc/fstab': '/dev/x / ext4' },
  });
  expect((await readGolden(linked, '/i').catch(() => ({ fstab: [] }))).fstab).toEqual([]);
});
