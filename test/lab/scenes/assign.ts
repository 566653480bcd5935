import assert from 'node:assert/strict';
import type { DiskName } from '../disks.ts';
import type { Lab } from '../lab.ts';
import { type Scene, scene } from '../scene.ts';
import { root } from './tables.ts';

const one = `[disk /dev/sda]\nlabel: dos\n1 : type=linux\n${root('/dev/sda1')}`;

/** Which disks the layout took, by their names in the script. */
async function taken(lab: Lab): Promise<Record<string, string>> {
  const { disks } = await lab.state();
  return Object.fromEntries(Object.entries(disks).map(([name, disk]) => [name, disk.serial]));
}

/** The line to paste that an error of `boel layout` holds. */
async function pasted(lab: Lab, layout: string): Promise<string> {
  const error = await lab.refuses(layout, ['--match']);
  return /\[disk \S+ --match [^\]]+\]/.exec(error)?.[0] ?? assert.fail(error);
}

/** A use of the disk that has to be taken away by hand, and what the error says. */
const inUse = (name: string, use: string, words: (string | RegExp)[], disk: DiskName = 'virtio2'): Scene =>
  scene({
    name: `a disk in use, ${name}`,
    disks: [disk],
    tests: {
      async 'is refused until the use ends, by the command that the error names'(lab) {
        await lab.sh(`node=${lab.node(disk)}\n${use}`);
        await lab.boel(['layout'], one);
        const error = await lab.fails(['partition'], ['is in use', ...words]);
        await lab.sh(/Run: (.*)/.exec(error)?.[1] ?? assert.fail(error));
        await lab.boel(['partition']);
      },
    },
  });

export const assigning: Scene[] = [
  scene({
    name: 'which disk',
    disks: ['virtio1', 'virtio2', 'stick', 'usbdisk'],
    tests: {
      async 'one disk too many stops, and the line of the error chooses one'(lab) {
        const line = await pasted(lab, one);
        await lab.boel(['layout'], one.replace('[disk /dev/sda]', line));
        assert.deepEqual(await taken(lab), { '/dev/sda': 'VIRTIO1' });
      },
      async '--match chooses by serial number, size and bus'(lab) {
        for (const match of ['serial=VIRTIO2', 'size=1GiB', '/dev/sda:size=1GiB,bus=virtio']) {
          await lab.boel(['layout', '--match', match], one);
          assert.deepEqual(await taken(lab), { '/dev/sda': 'VIRTIO2' }, match);
        }
      },
      'a match that means no disk, and one that means several': async (lab) => {
        await lab.refuses(one, ['serial=GONE, and no disk of this machine is'], ['--match', 'serial=GONE']);
        await lab.refuses(one, ['bus=virtio, and 2 disks are'], ['--match', 'bus=virtio']);
      },
      async 'two disks of the script take both, and no USB disk'(lab) {
        const two = `[disk /dev/sda]\nlabel: dos\n1 : type=linux\n[disk /dev/sdb]\nlabel: gpt\n1 : type=linux\n${root('/dev/sda1')}`;
        await lab.boel(['layout'], two);
        assert.deepEqual(await taken(lab), { '/dev/sda': 'VIRTIO1', '/dev/sdb': 'VIRTIO2' });
      },
      async 'a USB disk and a stick are taken where the script says so'(lab) {
        for (const serial of ['USBDISK', 'STICK']) {
          await lab.boel(['layout', '--match', `serial=${serial}`], one);
          assert.deepEqual(await taken(lab), { '/dev/sda': serial });
        }
      },
    },
  }),
  scene({
    name: 'only a stick',
    disks: ['stick'],
    tests: {
      async 'stops, and tells how to take it all the same'(lab) {
        const line = await pasted(lab, one);
        await lab.install(one.replace('[disk /dev/sda]', line));
      },
    },
  }),
  scene({
    name: 'PROTECT',
    disks: ['virtio1', 'virtio2', 'scsi1'],
    settings: { PROTECT: 'VIRTIO1 SCSI1' },
    tests: {
      async 'leaves one disk, which is taken'(lab) {
        await lab.install(one);
        assert.deepEqual(await taken(lab), { '/dev/sda': 'VIRTIO2' });
        await lab.sh('umount /a');
      },
      'beats a match, with the reason in the table of disks': async (lab) => {
        const error = await lab.refuses(one, ['no disk of this machine is'], ['--match', 'serial=VIRTIO1']);
        assert.match(error, /VIRTIO1 .*protected/);
      },
      'beats DISKS': async (lab) => {
        await lab.setting('DISKS', `/dev/sda=${lab.node('scsi1').slice(5)}`);
        await lab.refuses(one, ['no disk of this machine is']);
      },
    },
  }),
  scene({
    name: 'the order of disks',
    disks: ['sata1', 'sata2', 'virtio1', 'virtio2', 'virtio3'],
    tests: {
      async 'is that of controllers and ports'(lab) {
        const names = ['/dev/sda', '/dev/sdb', '/dev/sdc', '/dev/sdd', '/dev/sde'];
        const layout = names.map((name) => `[disk ${name}]\nlabel: dos\n1 : type=linux\n`).join('');
        await lab.boel(['layout'], layout + root('/dev/sda1'));
        const serials = Object.values(await taken(lab));
        const of = (bus: string) => serials.filter((serial) => serial.startsWith(bus));
        assert.deepEqual(
          [of('SATA'), of('VIRTIO')],
          [
            ['SATA1', 'SATA2'],
            ['VIRTIO1', 'VIRTIO2', 'VIRTIO3'],
          ],
        );
      },
      async 'is changed by DISKS, for all of them or for one'(lab) {
        const two = `[disk /dev/sda]\nlabel: dos\n1 : type=linux\n[disk /dev/sdb]\nlabel: dos\n1 : type=linux\n${root('/dev/sda1')}`;
        await lab.setting('DISKS', 'serial=VIRTIO3 serial=SATA2');
        await lab.boel(['layout'], two);
        assert.deepEqual(await taken(lab), { '/dev/sda': 'VIRTIO3', '/dev/sdb': 'SATA2' });
      },
    },
  }),

  inUse('mounted', 'mkfs.ext2 -q $node && mount -t ext2 $node /mnt && sync', [/is mounted on \/mnt/]),
  inUse('swap', "echo 'label: dos\n1 : type=82' | sfdisk -q $node && mkswap ${node}1 && swapon ${node}1", [
    /is an active swap area/,
  ]),
  // ext4 goes on writing after mount(8): its inode tables, and its journal.
  inUse(
    'a logical volume on it is mounted',
    'pvcreate -q -ff -y $node && vgcreate -q vgold $node && lvcreate -q -y -L 64M -n old vgold && mkfs.ext2 -q /dev/mapper/vgold-old && mount -t ext2 /dev/mapper/vgold-old /mnt && sync'.replaceAll(
      /(pvcreate|vgcreate|lvcreate)/g,
      'lvm $1',
    ),
    [/vgold-old is mounted on \/mnt/],
  ),
];
