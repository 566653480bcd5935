import assert from 'node:assert/strict';
import type { DiskName } from '../disks.ts';
import type { Lab } from '../lab.ts';
import { type Scene, scene } from '../scene.ts';
import { partOf, root, tableOf } from './tables.ts';

const MiB = 1024 ** 2;

/** The golden client had 1 GiB: swap in the middle, /home at the end, the root takes the rest. */
const golden = `
[disk /dev/sda]
label: gpt
1 : size=1MiB, type="BIOS boot"
2 : size=128MiB, min=16MiB, type=swap
3 : size=768MiB, min=100MiB, type=linux
4 : min=64MiB, type=linux
[filesystems]
/dev/sda2 swap
/dev/sda3 ext4 label=root
/dev/sda4 ext2 label=home
[mounts]
LABEL=root / ext4 defaults 0 1
LABEL=home /home ext2 defaults 0 2
/dev/sda2 none swap sw 0 0
`;

async function sizesMib(lab: Lab, disk: DiskName, numbers: number[]): Promise<number[]> {
  const table = await tableOf(lab, disk);
  return numbers.map((number) => (partOf(lab, disk, table, number).size * table.sectorsize) / MiB);
}

const dumpOf = (lab: Lab, disk: DiskName) => lab.sh(`sfdisk --dump ${lab.node(disk)}`);

/** A dump without what names the disk, for comparing two. */
const plain = (dump: string, node: string) => dump.replaceAll(node, 'DISK');

/** Tables of machines that exist, as their installers made them, in small. */
const machines: Record<string, { table: string[]; root: number }> = {
  'old Debian, swap on a logical partition': {
    root: 1,
    table: [
      'label: dos',
      'label-id: 0x000d1234',
      '1 : start=2048, size=1757184, type=83, bootable',
      '2 : start=1761278, size=333826, type=5',
      '5 : start=1761280, size=333824, type=82',
    ],
  },
  'RHEL with /boot and a volume group': {
    root: 1,
    table: [
      'label: dos',
      'label-id: 0x000e4321',
      '1 : start=2048, size=409600, type=83, bootable',
      '2 : start=411648, size=1685504, type=8e',
    ],
  },
  'Ubuntu on a BIOS': {
    root: 2,
    table: [
      'label: gpt',
      'label-id: 01234567-89AB-4DEF-8123-456789ABCDEF',
      '1 : start=2048, size=2048, type=21686148-6449-6E6F-744E-656564454649, uuid=11111111-2222-4333-8444-555555555555',
      '2 : start=4096, size=2090975, type=linux, uuid=21111111-2222-4333-8444-555555555555',
    ],
  },
  'a cloud image: root first by number, last by place': {
    root: 1,
    table: [
      'label: gpt',
      'label-id: 01234567-89AB-4DEF-8123-456789ABCDE0',
      '1 : start=262144, size=1834975, type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709, uuid=11111111-2222-4333-8444-555555555550',
      '14 : start=2048, size=6144, type=21686148-6449-6E6F-744E-656564454649, uuid=21111111-2222-4333-8444-555555555550',
      '15 : start=8192, size=253952, type=uefi, uuid=31111111-2222-4333-8444-555555555550',
    ],
  },
};

const sameSize: Scene[] = Object.entries(machines).map(([name, { table, root: number }]) =>
  scene({
    name: `a dump on a disk of the same size, ${name}`,
    disks: ['virtio3'],
    tests: {
      async 'gives the same table'(lab) {
        const node = lab.node('virtio3');
        await lab.sh(`printf '%s\\n' ${table.map((line) => `'${line}'`).join(' ')} | sfdisk --quiet ${node}`);
        const before = await dumpOf(lab, 'virtio3');
        await lab.sh(`wipefs --all --quiet ${node} && blockdev --rereadpt ${node}`);
        await lab.install(`[disk /dev/sda]\n${before.replaceAll(node, '/dev/sda')}${root(`/dev/sda${number}`)}`);
        assert.equal(plain(await dumpOf(lab, 'virtio3'), node), plain(before, node));
      },
    },
  }),
);

export const fits: Scene[] = [
  scene({
    name: 'fit, a larger disk',
    disks: ['large'],
    begin: (lab) => lab.install(golden),
    tests: {
      async 'only the rest grows'(lab) {
        assert.deepEqual(await sizesMib(lab, 'large', [1, 2, 3, 4]), [1, 128, 768, 2173]);
      },
      async 'filesystems fill their partitions'(lab) {
        const [, kib] = (await lab.sh('df -k /a/home | tail -n 1')).split(/\s+/);
        assert.ok(Number(kib) > 2100 * 1024, kib ?? '');
      },
    },
  }),
  scene({
    name: 'fit, a smaller disk',
    disks: ['small'],
    tests: {
      async 'the rest and then the others shrink, none below its min'(lab) {
        await lab.install(golden);
        const [boot = 0, swap = 0, top = 0, home = 0] = await sizesMib(lab, 'small', [1, 2, 3, 4]);
        assert.equal(boot, 1);
        assert.equal(home, 64);
        assert.ok(swap >= 16 && swap < 128 && top >= 100 && top < 768, `${swap} ${top}`);
        assert.ok(boot + swap + top + home > 252, 'the disk is used up');
      },
      async 'a disk that is too small is refused with the figures, and not written'(lab) {
        await lab.sh(`umount /a/home /a && swapoff ${lab.node('small')}2`);
        await lab.refuses(golden.replace('min=100MiB', 'min=200MiB'), [
          'does not fit on',
          'at least 200 MiB',
          'Nothing was written',
        ]);
      },
      'a filesystem that its mkfs refuses in so little room': (lab) =>
        lab.refuses(golden.replace('/dev/sda3 ext4', '/dev/sda3 xfs').replace('/ ext4', '/ xfs'), [
          'does not fit',
          'smallest xfs',
        ]),
    },
  }),
  ...sameSize,
];
