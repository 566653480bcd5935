import assert from 'node:assert/strict';
import type { Lab } from '../lab.ts';
import { type Scene, scene } from '../scene.ts';

/** Every kind of UUID that a script can give. */
const known = `
[disk /dev/sda]
label: gpt
label-id: AAAAAAAA-0000-4000-8000-000000000001
1 : size=1MiB, type="BIOS boot", uuid=AAAAAAAA-0000-4000-8000-000000000002
2 : size=64MiB, type=uefi, uuid=AAAAAAAA-0000-4000-8000-000000000003
3 : size=200MiB, type=raid, uuid=AAAAAAAA-0000-4000-8000-000000000004
4 : size=64MiB, type=swap, uuid=AAAAAAAA-0000-4000-8000-000000000005
[disk /dev/sdb]
label: dos
label-id: 0xaaaaaaaa
1 : size=200MiB, type=raid
2 : size=400MiB, type=linux
[raid /dev/md0]
level=1 devices=/dev/sda3,/dev/sdb1 uuid=aaaaaaaa:00000000:00000000:00000006
[filesystems]
/dev/md0 ext4 uuid=aaaaaaaa-0000-4000-8000-000000000007
/dev/sda2 vfat uuid=AAAA-0008
/dev/sda4 swap uuid=aaaaaaaa-0000-4000-8000-000000000009
/dev/sdb2 xfs uuid=aaaaaaaa-0000-4000-8000-00000000000a
[mounts]
UUID=aaaaaaaa-0000-4000-8000-000000000007 / ext4 defaults 0 1
UUID=AAAA-0008 /boot/efi vfat umask=0077 0 1
UUID=aaaaaaaa-0000-4000-8000-000000000009 none swap sw 0 0
PARTUUID=aaaaaaaa-02 /srv xfs defaults 0 2
`;

const shown = (lab: Lab) =>
  lab.sh(
    `nodes="${lab.node('virtio2')} ${lab.node('sata1')}"; for node in $nodes; do sfdisk --dump $node; done; blkid -c /dev/null; mdadm --detail --export /dev/md0`,
  );

/** A mirror of an old format, with a partition that waits. */
const spare = `
[disk /dev/sda]
label: gpt
1 : size=1MiB, type="BIOS boot"
2 : size=100MiB, type=raid
[disk /dev/sdb]
label: gpt
1 : size=1MiB, type="BIOS boot"
2 : size=100MiB, type=raid
[disk /dev/sdc]
label: gpt
1 : size=1MiB, type="BIOS boot"
2 : size=100MiB, type=raid
[raid /dev/md0]
level=1 metadata=0.90 devices=/dev/sda2,/dev/sdb2 spares=/dev/sdc2
[filesystems]
/dev/md0 ext4 label=root
[mounts]
LABEL=root / ext4 defaults 0 1
`;

const group = `
[disk /dev/sda]
label: gpt
1 : size=1MiB, type="BIOS boot"
2 : type=lvm
[lvm vg0]
pv=/dev/sda2
root min=100MiB
[filesystems]
/dev/vg0/root ext4
[mounts]
/dev/vg0/root / ext4 defaults 0 1
`;

export const identity: Scene[] = [
  scene({
    name: 'UUIDs of disks, arrays and filesystems',
    disks: ['virtio2', 'sata1'],
    begin: (lab) => lab.install(known),
    tests: {
      async 'are the script’s'(lab) {
        const text = (await shown(lab)).toLowerCase();
        for (const end of ['001', '002', '003', '004', '005', '007', '009', '00a'])
          assert.ok(text.includes(`aaaaaaaa-0000-4000-8000-000000000${end}`), `…${end} is missing in ${text}`);
        for (const one of ['aaaa-0008', '0xaaaaaaaa', 'aaaaaaaa:00000000:00000000:00000006'])
          assert.ok(text.includes(one), `${one} is missing in ${text}`);
        assert.deepEqual((await lab.state()).renewed, {});
      },
      async 'are all others with --fresh-uuids, which tells them apart'(lab) {
        await lab.sh("umount /a/srv /a/boot/efi /a; awk 'NR > 1 { print $1 }' /proc/swaps | xargs -r -n 1 swapoff");
        await lab.install(known, ['--fresh-uuids']);
        const text = (await shown(lab)).toLowerCase();
        assert.doesNotMatch(text, /aaaaaaaa-0000|aaaa-0008|0xaaaaaaaa|aaaaaaaa:0/);
        const { renewed, mounts } = await lab.state();
        assert.equal(Object.keys(renewed).length, 13);
        for (const fresh of Object.values(renewed))
          assert.ok(text.includes(fresh.toLowerCase()), `${fresh} in ${text}`);
        for (const { spec } of mounts) assert.doesNotMatch(spec, /aaaa/i);
      },
      async 'stay when the same layout is planned again'(lab) {
        const before = await lab.state();
        await lab.boel(['layout', '--fresh-uuids'], known);
        assert.deepEqual((await lab.state()).renewed, before.renewed);
      },
    },
  }),

  scene({
    name: 'a mirror of the old format with a spare',
    disks: ['virtio2', 'virtio3', 'sata1'],
    begin: (lab) => lab.install(spare),
    tests: {
      async 'has two members, and one that waits'(lab) {
        const detail = await lab.sh('mdadm --detail /dev/md0');
        assert.match(detail, /Version : 0\.90/);
        assert.match(detail, /Raid Devices : 2/);
        assert.match(detail, /Spare Devices : 1/);
      },
    },
  }),

  scene({
    name: 'a volume group of the same name',
    disks: ['virtio2', 'sata1'],
    tests: {
      async 'on another disk stops partition before anything is written'(lab) {
        await lab.sh(`lvm pvcreate -qq ${lab.node('sata1')} && lvm vgcreate -qq vg0 ${lab.node('sata1')}`);
        await lab.boel(['layout', '--match', 'serial=VIRTIO2'], group);
        await lab.fails(['partition'], [`a volume group vg0 on ${lab.node('sata1')}`]);
      },
      async 'on the disk of the layout gives way'(lab) {
        await lab.sh(`lvm vgremove -qq -y vg0; lvm pvremove -qq -y ${lab.node('sata1')}`);
        await lab.sh(`lvm pvcreate -qq ${lab.node('virtio2')} && lvm vgcreate -qq vg0 ${lab.node('virtio2')}`);
        await lab.install(group, ['--match', 'serial=VIRTIO2']);
        assert.match(await lab.sh('cat /proc/mounts'), /vg0-root \/a ext4/);
      },
    },
  }),
];
