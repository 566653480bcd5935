import assert from 'node:assert/strict';
import { partName } from '../../../common/model/layout.ts';
import type { DiskName } from '../disks.ts';
import type { Lab } from '../lab.ts';
import { type Scene, scene } from '../scene.ts';

/** sfdisk's own view of a table. */
export type Table = {
  label: string;
  id: string;
  sectorsize: number;
  partitions: {
    node: string;
    start: number;
    size: number;
    type: string;
    uuid?: string;
    name?: string;
    attrs?: string;
    bootable?: boolean;
  }[];
};

/** The table of a disk as sfdisk(8) reads it back; it also has to find nothing wrong with it. */
export async function tableOf(lab: Lab, disk: DiskName): Promise<Table> {
  const node = lab.node(disk);
  const text = await lab.sh(`sfdisk --verify --quiet ${node} >&2 && sfdisk --json ${node}`);
  return (JSON.parse(text) as { partitiontable: Table }).partitiontable;
}

/** Partition NUMBER of a table. */
export function partOf(lab: Lab, disk: DiskName, table: Table, number: number): Table['partitions'][number] {
  const node = partName(lab.node(disk), number);
  return table.partitions.find((part) => part.node === node) ?? assert.fail(`no ${node} in ${JSON.stringify(table)}`);
}

/** The numbers that a table has, in the order of the table. */
export const numbersOf = (lab: Lab, disk: DiskName, table: Table): number[] =>
  table.partitions.map((part) => Number(part.node.slice(lab.node(disk).length).replace('p', '')));

/** A filesystem on / for layouts that are about something else. */
export const root = (device: string) =>
  `[filesystems]\n${device} ext4 label=root\n[mounts]\nLABEL=root / ext4 defaults 0 1\n`;

const gptId = '6D1B2C3D-1111-4222-8333-444455556666';
const partId = 'AAAAAAAA-1111-4222-8333-444455556666';
const gpt = `
[disk /dev/sda]
label: gpt
label-id: ${gptId}
15 : size=1MiB, type="BIOS boot", attrs="RequiredPartition"
1 : size=100MiB, type=uefi, name="EFI System"
7 : size=200MiB, type=linux, name="räksmörgås, 100 %", uuid=${partId}, attrs="LegacyBIOSBootable GUID:59,63"
3 : size=64MiB, type=D3BFE2DE-3DAF-11DF-BA40-E3A556D89593
12 : type=linux
${root('/dev/sda12')}`;

const mbr = `
[disk /dev/sda]
label: dos
label-id: 0xdeadbeef
1 : size=200MiB, type=83, bootable
4 : size=500MiB, type=5
5 : size=100MiB, type=82
6 : size=100MiB, type=83
7 : size=100MiB, type=8e
2 : type=da
[filesystems]
/dev/sda1 ext4 label=root
/dev/sda5 swap label=swap
/dev/sda6 ext4 label=home
[mounts]
LABEL=root / ext4 defaults 0 1
LABEL=home /home ext4 defaults 0 2
LABEL=swap none swap sw 0 0
`;

export const tables: Scene[] = [
  scene({
    name: 'gpt',
    disks: ['virtio1'],
    begin: (lab) => lab.install(gpt),
    tests: {
      async 'numbers have gaps and another order than the places'(lab) {
        const table = await tableOf(lab, 'virtio1');
        assert.deepEqual(
          numbersOf(lab, 'virtio1', table).toSorted((a, b) => a - b),
          [1, 3, 7, 12, 15],
        );
        const starts = [15, 1, 7, 3, 12].map((number) => partOf(lab, 'virtio1', table, number).start);
        assert.deepEqual(
          starts,
          starts.toSorted((a, b) => a - b),
        );
        for (const part of table.partitions)
          assert.equal(await lab.sh(`cat /sys/class/block/${part.node.slice(5)}/size`), `${part.size}\n`);
      },
      async 'names, types, UUIDs and attributes are those of the layout'(lab) {
        const table = await tableOf(lab, 'virtio1');
        const part = (number: number) => partOf(lab, 'virtio1', table, number);
        assert.equal(table.id, gptId);
        assert.equal(part(1).name, 'EFI System');
        assert.equal(part(15).attrs, 'RequiredPartition');
        assert.equal(part(3).type, 'D3BFE2DE-3DAF-11DF-BA40-E3A556D89593');
        const { name, uuid, attrs } = part(7);
        assert.deepEqual(
          { name, uuid, attrs },
          { name: 'räksmörgås, 100 %', uuid: partId, attrs: 'LegacyBIOSBootable GUID:59,63' },
        );
      },
      async 'the same layout again changes no byte of the table'(lab) {
        const before = await tableOf(lab, 'virtio1');
        await lab.sh('umount /a');
        await lab.install(gpt);
        assert.deepEqual(await tableOf(lab, 'virtio1'), before);
      },
    },
  }),

  scene({
    name: 'mbr',
    disks: ['virtio2'],
    begin: (lab) => lab.install(mbr),
    tests: {
      async 'has primary, extended and logical partitions with their numbers, types and flags'(lab) {
        const table = await tableOf(lab, 'virtio2');
        const part = (number: number) => partOf(lab, 'virtio2', table, number);
        assert.equal(table.id, '0xdeadbeef');
        assert.deepEqual(numbersOf(lab, 'virtio2', table), [1, 2, 4, 5, 6, 7]);
        assert.deepEqual(
          [1, 2, 4, 5, 6, 7].map((number) => part(number).type),
          ['83', 'da', '5', '82', '83', '8e'],
        );
        assert.deepEqual(
          table.partitions.map((one) => one.bootable ?? false),
          [true, false, false, false, false, false],
        );
        const [outer, ...inner] = [4, 5, 6, 7].map(part);
        assert.ok(outer);
        for (const one of inner) assert.ok(one.start > outer.start && one.start + one.size <= outer.start + outer.size);
        assert.ok(part(2).start >= outer.start + outer.size);
      },
      async 'swap and /home on logical partitions are in use'(lab) {
        const node = lab.node('virtio2');
        assert.match(
          await lab.sh('cat /proc/swaps /proc/mounts'),
          new RegExp(`${node}5 [\\s\\S]*${node}6 /a/home ext4`),
        );
      },
      async 'a kernel that reads the disk anew sees the same partitions'(lab) {
        const node = lab.node('virtio2');
        const sizes = `cat /sys/block/${node.slice(5)}/*/size`;
        const before = await lab.sh(sizes);
        await lab.sh(`umount /a/home /a && swapoff ${node}5 && blockdev --rereadpt ${node}`);
        assert.equal(await lab.sh(sizes), before);
      },
    },
  }),

  ...(['virtio4k', 'nvme4k', 'scsi4k'] as const).map((disk) =>
    scene({
      name: `sectors of 4096 bytes, ${disk}`,
      disks: [disk],
      tests: {
        async 'a dump of a disk with 512-byte sectors lands on the same bytes'(lab) {
          await lab.install(`[disk /dev/sda]
label: gpt
unit: sectors
sector-size: 512
/dev/sda1 : start=        2048, size=       2048, type=21686148-6449-6E6F-744E-656564454649
/dev/sda2 : start=        4096, size=     409600, type=0FC63DAF-8483-4772-8E79-3D69D8477DE4, name="root"
/dev/sda3 : start=      413696, size=      81920, type=0657FD6D-A4AB-43C4-84E5-0933C84B4F4F
${root('/dev/sda2')}`);
          const table = await tableOf(lab, disk);
          assert.equal(table.sectorsize, 4096);
          assert.deepEqual(
            table.partitions.map((part) => [part.start, part.size]),
            [
              [256, 256],
              [512, 51200],
              [51712, 10240],
            ],
          );
          assert.match(await lab.sh('df /a'), /\/a$/m);
        },
      },
    }),
  ),

  scene({
    name: 'sectors of 512 bytes',
    disks: ['scsi1'],
    tests: {
      async 'a dump of a disk with 4096-byte sectors lands on the same bytes, logical partitions too'(lab) {
        await lab.install(`[disk /dev/sda]
label: dos
label-id: 0x0badcafe
device: /dev/sda
unit: sectors
sector-size: 4096
/dev/sda1 : start=         256, size=       51200, type=83, bootable
/dev/sda2 : start=       51456, size=      102656, type=5
/dev/sda5 : start=       51712, size=       25600, type=82
/dev/sda6 : start=       77568, size=       76544, type=83
${root('/dev/sda1')}`);
        const table = await tableOf(lab, 'scsi1');
        assert.deepEqual(
          table.partitions.map((part) => [part.start, part.size]),
          [
            [2048, 409600],
            [411648, 821248],
            [413696, 204800],
            [620544, 612352],
          ],
        );
      },
    },
  }),

  scene({
    name: 'names of nodes',
    disks: ['nvme1'],
    tests: {
      async 'a layout for /dev/sda lands on NVMe, and boel dev tells the node'(lab) {
        await lab.install(
          `[disk /dev/sda]\nlabel: gpt\n2 : size=1MiB, type="BIOS boot"\n1 : type=linux\n${root('/dev/sda1')}`,
        );
        assert.equal(await lab.boel(['dev', '/dev/sda1']), `${lab.node('nvme1')}p1\n`);
        assert.match(await lab.sh('cat /proc/mounts'), new RegExp(`^${lab.node('nvme1')}p1 /a ext4 `, 'm'));
      },
    },
  }),
  scene({
    name: 'names in scripts',
    disks: ['sata1', 'sata2'],
    tests: {
      async 'those of NVMe, eMMC and old RAID controllers land on SATA'(lab) {
        await lab.install(`[disk /dev/nvme0n1]
label: gpt
2 : size=1MiB, type="BIOS boot"
/dev/nvme0n1p1 : size=100MiB, type=linux
[disk /dev/mmcblk0]
label: dos
/dev/mmcblk0p1 : type=83
[filesystems]
/dev/nvme0n1p1 ext4 label=root
/dev/mmcblk0p1 ext2 label=data
[mounts]
LABEL=root / ext4 defaults 0 1
/dev/mmcblk0p1 /data ext2 defaults 0 2
`);
        const mounts = await lab.sh('cat /proc/mounts');
        assert.match(mounts, new RegExp(`^${lab.node('sata1')}1 /a ext4 `, 'm'));
        assert.match(mounts, new RegExp(`^${lab.node('sata2')}1 /a/data ext2 `, 'm'));
      },
      async 'the last name has a slash in it: /dev/cciss/c0d0p1'(lab) {
        await lab.sh('umount /a/data /a');
        const layout = '[disk /dev/cciss/c0d0 --match serial=SATA1]\nlabel: dos\n/dev/cciss/c0d0p1 : type=83\n';
        await lab.install(layout + root('/dev/cciss/c0d0p1'));
        assert.match(await lab.sh('cat /proc/mounts'), new RegExp(`^${lab.node('sata1')}1 /a ext4 `, 'm'));
      },
    },
  }),
];
