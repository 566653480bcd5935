import assert from 'node:assert/strict';
import type { Lab } from '../lab.ts';
import { type Scene, scene } from '../scene.ts';
import { partOf, root, tableOf } from './tables.ts';

/** A shell line that prints the sums of whole partitions. */
const sums = (...nodes: string[]) => `sha256sum ${nodes.join(' ')}`;

/** Fills partitions with what no filesystem is. */
const fill = (...nodes: string[]) =>
  nodes.map((node) => `head -c 1500000 /dev/urandom | dd of=${node} bs=64k conv=notrunc,fsync 2>/dev/null`).join('\n');

/** As Windows 8 to 11 leave a UEFI machine, in small; the rest of the disk was given free. */
const windows = (node: string) => `
printf '%s\\n' 'label: gpt' 'first-lba: 34' \\
  '1 : start=34, size=32734, type=E3C9E316-0B5C-4DB8-817D-F92DF00215AE, name="Microsoft reserved partition"' \\
  '2 : start=32768, size=81920, type=uefi, name="EFI system partition", attrs="GUID:63"' \\
  '3 : start=264192, size=40960, type=EBD0A0A2-B9E5-4433-87C0-68B6B72699C7, name="Basic data partition"' \\
  '4 : start=237568, size=26624, type=DE94BBA4-06D1-4D40-A16A-BFD50179D6AC, attrs="RequiredPartition GUID:63"' |
  sfdisk --quiet ${node}
mkfs.vfat -n SYSTEM -i 12345678 ${node}2 >/dev/null && mount -t vfat ${node}2 /mnt && mkdir -p /mnt/EFI/Microsoft
echo bootmgfw >/mnt/EFI/Microsoft/bootmgfw.efi && umount /mnt
${fill(`${node}1`, `${node}3`, `${node}4`)}`;

const besideWindows = `
[disk /dev/sda]
label: gpt
1 : keep
2 : type=uefi, keep
3 : keep
4 : keep
6 : size=64MiB, type=swap
5 : type=linux
[filesystems]
/dev/sda2 vfat label=EFI uuid=ABCD-0000
/dev/sda5 ext4 label=root
/dev/sda6 swap
[mounts]
LABEL=root / ext4 defaults 0 1
UUID=ABCD-0000 /boot/efi vfat umask=0077 0 1
/dev/sda6 none swap sw 0 0
`;

/** Partitioned by a tool that counted in cylinders of 63 sectors a track: nothing lies at a multiple of 1 MiB. */
const cylinders = (node: string) => `
printf '%s\\n' 'label: dos' 'label-id: 0x5ca1ab1e' \\
  '1 : start=63, size=16002, type=de' \\
  '2 : start=16065, size=48195, type=7, bootable' \\
  '3 : start=64260, size=481950, type=f' \\
  '5 : start=64323, size=48132, type=b' \\
  '6 : start=112518, size=208782, type=83' |
  sfdisk --quiet ${node}
mkfs.ext3 -q -L home ${node}6 && mount -t ext3 ${node}6 /mnt && echo mine >/mnt/letter && umount /mnt
${fill(`${node}1`, `${node}2`, `${node}5`)}`;

const kept = async (lab: Lab, nodes: string[], work: () => Promise<unknown>) => {
  const before = await lab.sh(sums(...nodes));
  await work();
  assert.equal(await lab.sh(sums(...nodes)), before, 'what was to be kept has changed');
};

export const keep: Scene[] = [
  scene({
    name: 'keep, beside Windows',
    disks: ['virtio1'],
    async begin(lab) {
      const node = lab.node('virtio1');
      await lab.sh(windows(node));
      await kept(
        lab,
        [1, 3, 4].map((number) => `${node}${number}`),
        () => lab.install(besideWindows),
      );
    },
    tests: {
      async 'its partitions have the places, names, UUIDs and attributes that they had'(lab) {
        const table = await tableOf(lab, 'virtio1');
        const part = (number: number) => partOf(lab, 'virtio1', table, number);
        assert.deepEqual(
          [1, 2, 3, 4].map((number) => [part(number).start, part(number).size]),
          [
            [34, 32734],
            [32768, 81920],
            [264192, 40960],
            [237568, 26624],
          ],
        );
        assert.equal(part(1).name, 'Microsoft reserved partition');
        assert.equal(part(2).attrs, 'GUID:63');
        assert.equal(part(4).attrs, 'RequiredPartition GUID:63');
        assert.ok(part(5).start >= 264192 + 40960);
      },
      async 'the ESP is mounted with its files'(lab) {
        assert.equal(await lab.sh('cat /a/boot/efi/EFI/Microsoft/bootmgfw.efi'), 'bootmgfw\n');
      },
      async 'fstab gets the UUID that the ESP has here'(lab) {
        await lab.sh('mkdir -p /a/etc && touch /a/etc/fstab');
        await lab.boel(['fstab']);
        assert.match(await lab.sh('cat /a/etc/fstab'), /^UUID=1234-5678\t\/boot\/efi\tvfat/m);
      },
      async 'the same again keeps it again'(lab) {
        const node = lab.node('virtio1');
        await lab.sh(`umount /a/boot/efi /a && swapoff ${node}6`);
        await kept(
          lab,
          [1, 2, 3, 4].map((number) => `${node}${number}`),
          async () => {
            await lab.boel(['layout'], besideWindows);
            await lab.boel(['partition']);
            await lab.boel(['mkfs']);
          },
        );
      },
    },
  }),

  scene({
    name: 'keep, a table in cylinders',
    disks: ['sata1'],
    begin: (lab) => lab.sh(cylinders(lab.node('sata1'))).then(() => undefined),
    tests: {
      async 'logical partitions, the utility partition and Windows stay; root goes behind'(lab) {
        const node = lab.node('sata1');
        await kept(
          lab,
          [1, 2, 5].map((number) => `${node}${number}`),
          () =>
            lab.install(`[disk /dev/sda]
label: dos
1 : keep
2 : keep
3 : size=481950, type=f, keep
5 : keep
6 : keep
4 : type=linux
[filesystems]
/dev/sda4 ext4 label=root
/dev/sda6 ext3 label=home
[mounts]
LABEL=root / ext4 defaults 0 1
LABEL=home /home ext3 defaults 0 2
`),
        );
        assert.equal(await lab.sh('cat /a/home/letter'), 'mine\n');
        const table = await tableOf(lab, 'sata1');
        assert.equal(table.id, '0x5ca1ab1e');
        assert.equal(partOf(lab, 'sata1', table, 2).bootable, true);
        assert.deepEqual(
          [1, 2, 3, 5, 6].map((number) => partOf(lab, 'sata1', table, number).start),
          [63, 16065, 64260, 64323, 112518],
        );
      },
    },
  }),

  scene({
    name: 'keep, data of their own beside the system',
    disks: ['virtio2', 'virtio3'],
    async begin(lab) {
      const [first, second] = [lab.node('virtio2'), lab.node('virtio3')];
      await lab.sh(`modprobe raid1
for disk in ${first} ${second}; do
  printf '%s\\n' 'label: gpt' '1 : size=300M' '2 : size=100M, type=raid' '3 : size=100M, type=lvm' | sfdisk --quiet $disk
done
mdadm --create /dev/md7 --run --level=1 --raid-devices=2 --assume-clean ${first}2 ${second}2 2>/dev/null
mkfs.ext2 -q /dev/md7 && mount -t ext2 /dev/md7 /mnt && echo mirrored >/mnt/letter && umount /mnt
lvm pvcreate -q -ff -y ${first}3 ${second}3 >/dev/null && lvm vgcreate -q vgdata ${first}3 ${second}3 >/dev/null
lvm lvcreate -q -y --type striped -i 2 -L 64M -n data vgdata >/dev/null
mkfs.ext2 -q /dev/mapper/vgdata-data && mount -t ext2 /dev/mapper/vgdata-data /mnt && echo striped >/mnt/letter && umount /mnt`);
    },
    tests: {
      async 'an array and a group that the script does not name, active meanwhile, are whole afterwards'(lab) {
        const disk = (name: string) =>
          `[disk ${name}]\nlabel: gpt\n2 : type=raid, keep\n3 : type=lvm, keep\n4 : size=1MiB, type="BIOS boot"\n`;
        await lab.install(`${disk('/dev/sda')}1 : type=linux\n${disk('/dev/sdb')}${root('/dev/sda1')}`);
        await lab.sh(`mdadm --assemble --scan --config=none >&2 || [ -e /dev/md7 ] || [ -e /dev/md127 ]
lvm vgchange -ay vgdata >/dev/null`);
        const array = (await lab.sh(`mdadm --detail --scan | awk '{ print $2 }'`)).trim();
        const letter = (device: string) =>
          lab.sh(`mount -t ext2 -o ro ${device} /mnt && cat /mnt/letter && umount /mnt`);
        assert.equal(await letter(array), 'mirrored\n');
        assert.equal(await letter('/dev/mapper/vgdata-data'), 'striped\n');
      },
    },
  }),

  scene({
    name: 'keep refuses, and writes nothing',
    disks: ['virtio2'],
    async begin(lab) {
      await lab.sh(`printf '%s\\n' 'label: gpt' '1 : size=100M' '2 : size=100M' '3 : size=100M' | sfdisk --quiet ${lab.node('virtio2')}
mkfs.vfat ${lab.node('virtio2')}2 >/dev/null`);
    },
    tests: {
      'a partition that is not there': (lab) =>
        lab.refuses(`[disk /dev/sda]\nlabel: gpt\n4 : keep\n5 : type=linux\n${root('/dev/sda5')}`, [
          'has no partition 4 to keep',
        ]),
      'another size than in the script': (lab) =>
        lab.refuses(`[disk /dev/sda]\nlabel: gpt\n1 : size=200MiB, keep\n5 : type=linux\n${root('/dev/sda5')}`, [
          'is to be kept, but has 104857600 bytes',
        ]),
      'another kind of table': (lab) =>
        lab.refuses(`[disk /dev/sda]\nlabel: dos\n1 : keep\n2 : type=linux\n${root('/dev/sda2')}`, [
          'its label is gpt, not dos',
        ]),
      'another filesystem than in the script': (lab) =>
        lab.refuses(
          `[disk /dev/sda]\nlabel: gpt\n2 : keep\n5 : type=linux\n[filesystems]\n/dev/sda2 ext4\n/dev/sda5 ext4 label=root
[mounts]\nLABEL=root / ext4 defaults 0 1\n/dev/sda2 /home ext4 defaults 0 2\n`,
          ['is to be kept as ext4, and holds vfat'],
        ),
      'no filesystem at all': (lab) =>
        lab.refuses(
          `[disk /dev/sda]\nlabel: gpt\n3 : keep\n5 : type=linux\n[filesystems]\n/dev/sda3 ext4\n/dev/sda5 ext4 label=root
[mounts]\nLABEL=root / ext4 defaults 0 1\n/dev/sda3 /home ext4 defaults 0 2\n`,
          ['no filesystem is on it'],
        ),
    },
  }),
];
