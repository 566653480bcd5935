import assert from 'node:assert/strict';
import type { DiskName } from '../disks.ts';
import type { Lab } from '../lab.ts';
import { type Scene, scene } from '../scene.ts';

const arrayUuid = '01234567:89abcdef:01234567:89abcdef';
const three: DiskName[] = ['virtio2', 'virtio3', 'sata1'];

/** An array over partition 2 of each disk, with the root on it. */
const arrayOf = (disks: DiskName[], keys: string) => {
  const names = disks.map((_, at) => `/dev/sd${'abcd'[at]}`);
  return `${names.map((name) => `[disk ${name}]\nlabel: gpt\n1 : size=1MiB, type="BIOS boot"\n2 : size=200MiB, type=raid\n`).join('')}
[raid /dev/md0]
${keys} devices=${names.map((name) => `${name}2`).join(',')} uuid=${arrayUuid}
[filesystems]
/dev/md0 ext4 label=root
[mounts]
LABEL=root / ext4 defaults 0 1
`;
};

/** Ends the use of everything as a reboot would, and lets the field's tools find it again. */
const assembleAgain = `set -e
for dir in $(awk '$2 ~ "^/a" { print $2 }' /proc/mounts | sort -r); do umount $dir; done
awk 'NR > 1 { print $1 }' /proc/swaps | xargs -r -n 1 swapoff
lvm vgchange -an >/dev/null
for array in /sys/block/md*; do [ -e $array ] && mdadm --stop /dev/$(basename $array); done
mdadm --assemble --scan --config=none >&2
lvm vgchange -ay >/dev/null`;

const level = (name: string, keys: string, disks: DiskName[], mib: number): Scene =>
  scene({
    name: `md, ${name}`,
    disks,
    async begin(lab) {
      // The first synchronisation would take the whole machine.
      await lab.sh(
        'modprobe md_mod; echo 100 >/proc/sys/dev/raid/speed_limit_max; echo 100 >/proc/sys/dev/raid/speed_limit_min',
      );
      await lab.install(arrayOf(disks, keys));
    },
    tests: {
      async 'has its level, UUID and the size that was planned'(lab) {
        const detail = await lab.sh('mdadm --detail --export /dev/md0');
        assert.match(detail, new RegExp(`MD_LEVEL=${/level=(\w+)/.exec(keys)?.[1] === 'linear' ? 'linear' : 'raid'}`));
        assert.match(detail, new RegExp(`MD_UUID=${arrayUuid}`));
        assert.match(detail, new RegExp(`MD_DEVICES=${disks.length}`));
        const bytes = Number(await lab.sh('blockdev --getsize64 /dev/md0'));
        const planned = (await lab.state()).volumes['/dev/md0']?.sizeBytes ?? 0;
        assert.ok(bytes >= planned && bytes < planned + 8 * 1024 ** 2, `${bytes} here, ${planned} planned`);
        assert.ok(Math.abs(bytes / 1024 ** 2 - mib) < 8, `${bytes / 1024 ** 2} MiB`);
      },
      async 'is made again over itself, and assembled again with its content'(lab) {
        await lab.sh('umount /a');
        await lab.install(arrayOf(disks, keys));
        await lab.sh(`echo content >/a/file\n${assembleAgain}\nmount LABEL=root /mnt || mount $(blkid -L root) /mnt`);
        assert.equal(await lab.sh('cat /mnt/file && umount /mnt'), 'content\n');
      },
    },
  });

/** /boot on a mirror of old metadata, as grub of its time wanted it, all else on LVM on a second mirror. */
const lvmOnMirror = `
[disk /dev/sda]
label: dos
1 : size=100MiB, type=raid, bootable
2 : size=600MiB, min=300MiB, type=raid
[disk /dev/sdb]
label: dos
1 : size=100MiB, type=raid, bootable
2 : size=600MiB, min=300MiB, type=raid
[raid /dev/md/boot]
level=1 devices=/dev/sda1,/dev/sdb1 metadata=1.0
[raid /dev/md1]
level=1 devices=/dev/sda2,/dev/sdb2
[lvm vg-00]
pv=/dev/md1
swap size=64MiB
lv-root size=200MiB min=100MiB
home min=32MiB
[filesystems]
/dev/md/boot ext2 label=boot
/dev/vg-00/swap swap label=swap
/dev/mapper/vg--00-lv--root ext4 label=root
/dev/vg-00/home ext4 label=home
[mounts]
/dev/mapper/vg--00-lv--root / ext4 defaults 0 1
LABEL=boot /boot ext2 defaults 0 2
/dev/vg-00/home /home ext4 defaults 0 2
/dev/vg-00/swap none swap sw 0 0
`;

/** Two disks of unequal size in one group. */
const lvmOnTwo = `
[disk /dev/sda]
label: gpt
1 : size=1MiB, type="BIOS boot"
2 : type=lvm
[disk /dev/sdb]
label: gpt
1 : type=lvm
[lvm data]
pv=/dev/sda2,/dev/sdb1
root size=1500MiB min=100MiB
rest min=10MiB
[filesystems]
/dev/data/root xfs label=root
/dev/data/rest ext4
[mounts]
/dev/data/root / xfs defaults 0 1
/dev/data/rest /rest ext4 defaults 0 2
`;

const lvs = (lab: Lab) =>
  lab.sh('lvm lvs --noheadings --units m --nosuffix -o vg_name,lv_name,lv_size --separator /').then((text) =>
    Object.fromEntries(
      text
        .trim()
        .split('\n')
        .map((line) => {
          const [group, name, size] = line.trim().split('/');
          return [`${group}/${name}`, Number(size)] as const;
        }),
    ),
  );

export const volumes: Scene[] = [
  level('level 0', 'level=0', three, 3 * 198),
  level('level 1', 'level=1', ['virtio2', 'sata1'], 198),
  level('level 5', 'level=5', three, 2 * 198),
  level('level 10', 'level=10', ['virtio2', 'virtio3', 'sata1', 'sata2'], 2 * 198),
  level('level 10, far copies on three disks', 'level=10 layout=f2', three, 1.5 * 198),
  level('linear', 'level=linear', ['virtio2', 'virtio3'], 2 * 198),

  scene({
    name: 'LVM on md',
    disks: ['virtio2', 'sata1'],
    begin: (lab) => lab.install(lvmOnMirror),
    tests: {
      async 'has the volumes of the layout, mounted and in use'(lab) {
        const sizes = await lvs(lab);
        assert.equal(sizes['vg-00/swap'], 64);
        assert.equal(sizes['vg-00/lv-root'], 200);
        assert.ok((sizes['vg-00/home'] ?? 0) > 300);
        const mounts = await lab.sh('cat /proc/mounts /proc/swaps');
        for (const line of [/vg--00-lv--root \/a ext4/, /md\S* \/a\/boot ext/, /vg--00-home \/a\/home ext4/])
          assert.match(mounts, line);
        assert.match(await lab.sh('mdadm --detail /dev/md/boot'), /Version : 1\.0/);
      },
      async 'a second mount has nothing to do'(lab) {
        assert.equal((await lab.boel(['mount'])).includes('Mount '), false);
      },
      async 'is partitioned again over itself while it is active'(lab) {
        await lab.sh("umount /a/home /a/boot /a; awk 'NR > 1 { print $1 }' /proc/swaps | xargs -r -n 1 swapoff");
        await lab.install(lvmOnMirror);
        assert.equal((await lvs(lab))['vg-00/lv-root'], 200);
      },
      async 'is assembled again after it was stopped'(lab) {
        await lab.sh(`echo content >/a/home/file\n${assembleAgain}\nmount /dev/mapper/vg--00-home /mnt`);
        assert.equal(await lab.sh('cat /mnt/file && umount /mnt'), 'content\n');
      },
      async 'is partitioned again over itself while nothing of it is assembled'(lab) {
        await lab.sh(`${assembleAgain}\nlvm vgchange -an >/dev/null
for array in /sys/block/md*; do [ -e $array ] && mdadm --stop /dev/$(basename $array); done`);
        await lab.install(lvmOnMirror);
        assert.equal((await lvs(lab))['vg-00/lv-root'], 200);
      },
      async 'gives way to a plain layout'(lab) {
        await lab.sh("umount /a/home /a/boot /a; awk 'NR > 1 { print $1 }' /proc/swaps | xargs -r -n 1 swapoff");
        await lab.install(`[disk /dev/sda]\nlabel: gpt\n1 : size=1MiB, type="BIOS boot"\n2 : type=linux
[disk /dev/sdb]\nlabel: dos\n1 : type=linux\n[filesystems]\n/dev/sda2 ext4 label=root\n/dev/sdb1 ext4\n[mounts]\nLABEL=root / ext4 defaults 0 1\n`);
        assert.equal(await lab.sh('lvm vgs --noheadings; grep ^md /proc/mdstat || true'), '');
      },
    },
  }),

  scene({
    name: 'LVM on two disks',
    disks: ['virtio2', 'sata1'],
    begin: (lab) => lab.install(lvmOnTwo),
    tests: {
      async 'spans them, and the last volume takes the rest'(lab) {
        const sizes = await lvs(lab);
        assert.equal(sizes['data/root'], 1500);
        assert.equal(Number(await lab.sh('lvm vgs --noheadings --units m --nosuffix -o vg_free data')), 0);
        assert.match(await lab.sh('cat /proc/mounts'), /data-root \/a xfs/);
      },
      async 'is made again over itself'(lab) {
        await lab.sh('umount /a/rest /a');
        await lab.install(lvmOnTwo);
        assert.equal((await lvs(lab))['data/root'], 1500);
      },
    },
  }),

  scene({
    name: 'arrays and groups that cannot be made',
    disks: ['virtio2', 'virtio4k'],
    tests: {
      'LVM over sectors of two sizes': (lab) =>
        lab.refuses(lvmOnTwo, ['would span disks with sectors of 512 and 4096 bytes']),
      'a mirror that keeps one of its members': (lab) =>
        lab.refuses(arrayOf(['virtio2', 'virtio4k'], 'level=1').replace('2 : size=200MiB', '2 : keep'), [
          'is to be kept, and making /dev/md0 on it would destroy',
        ]),
      'volumes that need more than the disks have': (lab) =>
        lab.refuses(
          lvmOnTwo
            .replace('[disk /dev/sdb]\nlabel: gpt\n1 : type=lvm\n', '')
            .replace(',/dev/sdb1', '')
            .replace('size=1500MiB min=100MiB', 'size=3GiB')
            .replace('[disk /dev/sda]', '[disk /dev/sda --match serial=VIRTIO2]'),
          ['3.0 GiB'],
        ),
    },
  }),
];
