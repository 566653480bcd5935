import path from 'node:path';
import { expect, it } from 'vitest';
import { parseLayout } from '../../common/model/layout/parse.ts';
import { printLayout } from '../../common/model/layout/print.ts';
import type { DiskFacts } from '../../common/model/machine.ts';
import { absPath } from '../../common/system/place.ts';
import { realIo } from '../../common/system/real-io.ts';
import { planLayout } from '../../install/layout/plan-layout.ts';
import { readGolden } from './golden.ts';
import { goldenLayout, goldenMountDirs } from './golden-layout.ts';

const GiB = 1024 ** 3;
const kinds = ['rhel8', 'suse15', 'ubuntu22', 'fedora38', 'sarge'] as const;
const folder = path.join(import.meta.dirname, '../../test/assets/golden/distributions');

/** What an image of such a machine holds, most of it on the root filesystem. */
async function golden(kind: (typeof kinds)[number]) {
  const found = await readGolden(realIo, absPath(path.join(folder, kind)));
  const facts = (dirs: string[]) => ({
    name: kind,
    bytes: 0,
    inodes: 0,
    splitLinks: [],
    mounts: dirs.map((dir) => ({ dir, bytes: dir === '/' ? 3e9 : 3e7, inodes: dir === '/' ? 90_000 : 300 })),
  });
  return { ...goldenLayout(found, facts(goldenMountDirs(found))), facts };
}
/** Its script without what differs from machine to machine. */
const text = async (kind: (typeof kinds)[number]) =>
  printLayout((await golden(kind)).layout)
    .replaceAll(/,? uuid=[\w-]+|label-id: .*\n/g, '')
    .replaceAll(/UUID=\w+(-\w+)+/g, 'UUID=…');

it('RHEL 8: xfs and swap in LVM, /boot and ESP beside it, xfs without what its kernel does not know', async () => {
  const script = await text('rhel8');
  expect(script).toContain(
    '1 : size=600MiB, type=uefi, name="EFI System Partition"\n2 : size=1GiB, min=300MiB, type=linux\n3 : min=3653MiB, type=lvm\n[lvm rhel]\npv=/dev/nvme0n1p3\nroot min=3652MiB\nswap size=3GiB min=0\n',
  );
  expect(script).toMatch(/^\/dev\/rhel\/root xfs features=.*reflink=1.*,inobtcount=0,bigtime=0,nrext64=0 /m);
  expect(script).toContain('/dev/mapper/rhel-root / xfs defaults 0 0\nUUID=… /boot xfs defaults 0 0\n');
});

it('SUSE 15: subvolumes, and the snapshot that is mounted as the root because none is named', async () => {
  const script = await text('suse15');
  expect(script).toContain('/dev/vda2 btrfs default-subvolume=@/.snapshots/1/snapshot\n/dev/vda3 swap\n');
  expect(script).toContain('/dev/vda2 @/boot/grub2/i386-pc @/boot/grub2/x86_64-efi @/home ');
  expect(script).toContain('UUID=… / btrfs defaults 0 0\n');
});

it('Ubuntu 22.04: names of udev become plain ones, room in the group stays free, the swap file is made again', async () => {
  const script = await text('ubuntu22');
  expect(script).toContain('[lvm ubuntu-vg]\npv=/dev/sda3\nubuntu-lv size=31204MiB min=8407MiB\n');
  expect(script).toContain(
    '/dev/ubuntu-vg/ubuntu-lv / ext4 defaults 0 1\n/dev/sda2 /boot ext4 defaults 0 1\n/dev/sda1 /boot/efi vfat defaults 0 1\n/swap.img none swap sw 0 0\n[swapfiles]\n/swap.img size=4GiB\n',
  );
});

it('Fedora 38: two subvolumes, and nothing of its swap in memory', async () => {
  const script = await text('fedora38');
  expect(script).not.toContain('zram');
  expect(script).toContain('[subvolumes]\n/dev/nvme0n1p3 root home\n');
  expect(script).toContain('UUID=… /home btrfs subvol=home,compress=zstd:1 0 0\n');
});

it('a machine of 2006: a dump without label, cylinders, logical partitions, a name with a slash', async () => {
  expect(await text('sarge')).toContain(
    '[disk /dev/cciss/c0d0]\nlabel: dos\n1 : size=95MiB, min=35MiB, type=linux, bootable\n2 : type=extended\n5 : size=1907MiB, min=0, type=swap\n6 : size=9540MiB, min=3622MiB, type=linux\n7 : min=72MiB, type=linux\n',
  );
});

const target = (bytes: number, sectorBytes: number): DiskFacts => ({
  node: '/dev/nvme3n1',
  devno: '259:0',
  bytes,
  sectorBytes,
  optimalIoBytes: 0,
  origin: { kind: 'own' },
  readOnly: false,
  path: '/sys/devices/nvme3n1',
  serial: 'S',
  wwn: '',
  model: '',
  bus: 'nvme',
  parts: [],
});

it.each(kinds)('%s lands on smaller and larger disks, of either sector, with BIOS and UEFI', async (kind) => {
  const { layout, remarks, facts } = await golden(kind);
  expect(remarks).toEqual([]);
  const wish = parseLayout(printLayout(layout));
  const image = facts(['/', ...wish.mounts.flatMap((one) => (one.device && one.dir !== '/' ? one.dir : []))]);
  for (const bytes of [16 * GiB, 64 * GiB, 4096 * GiB])
    for (const sectorBytes of [512, 4096])
      for (const firmware of ['bios', 'uefi'] as const) {
        const machine = { firmware, disks: [target(bytes, sectorBytes)] };
        const given = {
          layout: wish,
          machine,
          options: {},
          image,
          seed: new Uint8Array(32),
          kept: {},
        };
        const { target: made } = planLayout(given);
        expect(Object.values(made.parts).every((part) => part.startBytes + part.sizeBytes <= bytes)).toBe(true);
        expect(made.mounts.some((one) => one.dir === '/' && one.node !== undefined)).toBe(true);
      }
});
