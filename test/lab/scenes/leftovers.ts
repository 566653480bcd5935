import assert from 'node:assert/strict';
import type { Lab } from '../lab.ts';
import { type Scene, scene } from '../scene.ts';
import { root } from './tables.ts';

const layout = `[disk /dev/sda]
label: gpt
1 : size=1MiB, type="BIOS boot"
2 : size=200MiB, type=linux
3 : type=linux
[filesystems]
/dev/sda2 ext4 label=root
/dev/sda3 vfat label=DATA
[mounts]
LABEL=root / ext4 defaults 0 1
/dev/sda3 /data vfat defaults 0 0
`;

/** Only what the layout made may be recognised: a second signature lets blkid(8) and udev refuse to say what it is. */
async function expectClean(lab: Lab, disk: string): Promise<void> {
  assert.match(await lab.sh(`blkid -p -o export ${disk}`), /^PTTYPE=gpt$/m);
  const signatures = await lab.sh(`wipefs --noheadings --output TYPE ${disk}2 ${disk}3 | sort -u`);
  assert.equal(signatures, 'ext4\nvfat\n');
  const outside = await lab.sh(`wipefs --noheadings --output TYPE ${disk} | sort -u`);
  assert.equal(outside, 'PMBR\ngpt\n');
}

/** What was on the disk before; `$d` is the disk, `$s` the number of its sectors. */
const before: Record<string, string> = {
  'an array with its superblock at the end of the whole disk': `
modprobe raid1
mdadm --create /dev/md9 --run --level=1 --raid-devices=1 --force --metadata=1.0 $d 2>/dev/null
mkfs.ext4 -q /dev/md9 && mdadm --stop /dev/md9 2>/dev/null`,
  'an array of metadata 0.90 in a partition of the same place, not assembled': `
printf '%s\\n' 'label: dos' '1 : start=4096, size=409600, type=fd' | sfdisk -q $d
mdadm --create /dev/md9 --run --level=1 --raid-devices=1 --force --metadata=0.90 \${d}1 2>/dev/null
mdadm --stop /dev/md9 2>/dev/null`,
  'a volume group on the whole disk, active': `
lvm pvcreate -q -ff -y $d >/dev/null && lvm vgcreate -q vgold $d >/dev/null && lvm lvcreate -q -y -L 100M -n old vgold >/dev/null`,
  'a backup GPT of a larger table, the first one gone': `
printf '%s\\n' 'label: gpt' '1 : size=300M' '9 : size=100M' | sfdisk -q $d && mkfs.xfs -q \${d}1
dd if=/dev/zero of=$d bs=512 count=34 2>/dev/null`,
  'a hybrid: GPT, and a dos table with logical partitions over it': `
printf '%s\\n' 'label: gpt' '1 : size=300M' | sfdisk -q $d
dd if=$d of=/tmp/lab/work/gpt bs=512 skip=1 count=33 2>/dev/null
wipefs -q -a $d && printf '%s\\n' 'label: dos' '1 : start=2048, size=20480' '2 : size=200M, type=5' '5 : size=50M' | sfdisk -q $d
dd if=/tmp/lab/work/gpt of=$d bs=512 seek=1 conv=notrunc 2>/dev/null`,
  'ZFS, which has labels at both ends': `
printf '%s\\n' 'label: gpt' '1 : start=2048, type=6A898CC3-1DD2-11B2-99A6-080020736631' | sfdisk -q $d
for at in 132 140 148 156 388 396 404; do printf '\\014\\261\\272\\000\\000\\000\\000\\000' | dd of=\${d}1 bs=1024 seek=$at conv=notrunc 2>/dev/null; done
end=$(($(blockdev --getsize64 \${d}1) / 262144 - 2))
for at in 128 136 144 152; do printf '\\014\\261\\272\\000\\000\\000\\000\\000' | dd of=\${d}1 bs=1024 seek=$((end * 256 + at)) conv=notrunc 2>/dev/null; done`,
  'btrfs on the whole disk, without a table': 'mkfs.btrfs -q -f $d',
  'an iso9660 image that was written to the disk': `
dd if=/dev/zero of=$d bs=2048 count=18 2>/dev/null
printf '\\001CD001\\001' | dd of=$d bs=2048 seek=16 conv=notrunc 2>/dev/null
printf '\\377CD001\\001' | dd of=$d bs=2048 seek=17 conv=notrunc 2>/dev/null`,
};

export const leftovers: Scene[] = [
  ...Object.entries(before).map(([name, script]) =>
    scene({
      name: 'leftovers',
      disks: ['virtio2'],
      tests: {
        async [name](lab: Lab) {
          const node = lab.node('virtio2');
          await lab.sh(`d=${node}\n${script}\nblockdev --rereadpt $d 2>/dev/null || true`);
          await lab.install(layout);
          await expectClean(lab, node);
        },
      },
    }),
  ),
  scene({
    name: 'leftovers in the way',
    disks: ['virtio1', 'virtio2'],
    settings: { PROTECT: 'VIRTIO2' },
    tests: {
      async 'a volume group of the same name on a protected disk: partition is refused'(lab) {
        const other = lab.node('virtio2');
        await lab.sh(
          `lvm pvcreate -q -ff -y ${other} >/dev/null && lvm vgcreate -q vg0 ${other} >/dev/null && lvm vgchange -q -an vg0`,
        );
        const script = `[disk /dev/sda]\nlabel: gpt\n1 : type=lvm\n[lvm vg0]\npv=/dev/sda1\nroot size=100MiB\n${root('/dev/vg0/root')}`;
        await lab.boel(['layout'], script);
        await lab.fails(['partition'], [`a volume group vg0 on ${other}`, 'vgrename']);
      },
    },
  }),
];
