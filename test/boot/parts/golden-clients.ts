import { type GoldenOptions, goldenUuids } from '../../assets/golden.ts';
import { layouts } from '../../assets/scripts.ts';
import type { LabMount } from '../../lab/list-in-lab.ts';
import type { Machine } from '../../../vm/qemu/machine.ts';

/** A running machine that is captured, and what its clone must be. */
export type GoldenClient = {
  name: string;
  tree: GoldenOptions;
  firmware?: Machine['firmware'];
  /** How its disks are laid out: a machine of ours is installed so, and is the golden client then. */
  layout: string;
  disks?: 2;
  /** The word root= of its kernel, for its first start. */
  root: string;
  /** What is done on it before it is captured, as an administrator makes it just right. */
  justRight?: string;
  /** Filesystems of the tree, by the names of their devices. */
  mounts: LabMount[];
  /** A command that succeeds on the clone. */
  expected: string;
};

const plain = {
  layout: layouts.golden,
  root: `UUID=${goldenUuids.root}`,
  mounts: [{ device: '/dev/vda3', type: 'ext4', dir: '' }],
};

/** It is used now, and at each start. */
const swapTo = (file: string) => `swapon ${file} && echo '${file} none swap sw 0 0' >> /etc/fstab`;

/** Debian's own grub.cfg for what the machine stands on now. */
const updateGrub = 'update-grub';

export const goldenClients: GoldenClient[] = [
  {
    name: 'Debian 11 with xfs on LVM',
    tree: { release: 'bullseye', kernel: 'full', extra: ['lvm2', 'xfsprogs'] },
    layout: `
[disk /dev/sda]
label: gpt
1 : size=1MiB, type="BIOS boot"
2 : size=200MiB, type=linux
3 : type=lvm
[lvm vg0]
pv=/dev/sda3
swap size=64MiB
root size=900MiB
var
[filesystems]
/dev/sda2 ext4 label=boot
/dev/vg0/root xfs
/dev/vg0/var xfs
/dev/vg0/swap swap
[mounts]
/dev/mapper/vg0-root / xfs defaults 0 1
LABEL=boot /boot ext4 defaults 0 2
/dev/mapper/vg0-var /var xfs defaults 0 2
/dev/mapper/vg0-swap none swap sw 0 0
`,
    root: '/dev/mapper/vg0-root',
    justRight: updateGrub,
    mounts: [
      { device: '/dev/mapper/vg0-root', type: 'xfs', dir: '' },
      { device: '/dev/vda2', type: 'ext4', dir: 'boot' },
      { device: '/dev/mapper/vg0-var', type: 'xfs', dir: 'var' },
    ],
    expected:
      'grep "^11" /etc/debian_version && findmnt -t xfs /var && findmnt -n -o SOURCE / | grep vg0-root && swapon --noheadings | grep dm-',
  },
  {
    name: 'UEFI with btrfs subvolumes',
    tree: { extra: ['btrfs-progs'] },
    firmware: 'uefi',
    layout: `
[disk /dev/sda]
label: gpt
1 : size=64MiB, type=uefi
2 : type=linux
[filesystems]
/dev/sda1 vfat
/dev/sda2 btrfs uuid=${goldenUuids.root}
[subvolumes]
/dev/sda2 @ @home
[mounts]
UUID=${goldenUuids.root} / btrfs subvol=@ 0 0
UUID=${goldenUuids.root} /home btrfs subvol=@home 0 0
/dev/sda1 /boot/efi vfat umask=0077 0 1
`,
    root: `UUID=${goldenUuids.root} rootflags=subvol=@`,
    justRight: `btrfs filesystem mkswapfile --size 64M /home/swap.img && ${swapTo('/home/swap.img')} && ${updateGrub}`,
    mounts: [
      { device: '/dev/vda2', type: 'btrfs', dir: '', options: 'subvol=@' },
      { device: '/dev/vda2', type: 'btrfs', dir: 'home', options: 'subvol=@home' },
    ],
    expected:
      'findmnt -n -o FSROOT / | grep -x /@ && findmnt -n -o FSROOT /home | grep -x /@home && findmnt /boot/efi && swapon --show=NAME | grep -x /home/swap.img',
  },
  {
    name: 'mirrors of two disks',
    tree: { extra: ['mdadm'] },
    disks: 2,
    layout: `
[disk /dev/sda]
label: gpt
1 : size=1MiB, type="BIOS boot"
2 : type=raid
[disk /dev/sdb]
label: gpt
1 : size=1MiB, type="BIOS boot"
2 : type=raid
[raid /dev/md0]
level=1 devices=/dev/sda2,/dev/sdb2
[filesystems]
/dev/md0 ext4
[mounts]
/dev/md0 / ext4 errors=remount-ro 0 1
`,
    root: '/dev/md0',
    justRight: `/usr/share/mdadm/mkconf force-generate /etc/mdadm/mdadm.conf && update-initramfs -u && ${updateGrub}`,
    mounts: [{ device: '/dev/md/0', type: 'ext4', dir: '' }],
    expected: 'findmnt -n -o SOURCE / | grep /dev/md && grep -F "[UU]" /proc/mdstat',
  },
  {
    name: 'an initramfs by dracut',
    tree: { initramfs: 'dracut' },
    ...plain,
    expected: '! command -v update-initramfs && lsinitrd /boot/initrd.img-* | grep -q dracut',
  },
  {
    name: 'NetworkManager',
    tree: { network: 'NetworkManager' },
    ...plain,
    expected: 'nmcli -t -f TYPE,STATE device | grep -x ethernet:connected',
  },
  {
    name: 'netplan, and a swap file',
    tree: { network: 'netplan' },
    ...plain,
    justRight: `fallocate -l 64M /swap.img && chmod 600 /swap.img && mkswap /swap.img && ${swapTo('/swap.img')}`,
    expected:
      'networkctl --no-pager --no-legend | grep -E "ether +routable" && swapon --show=NAME,SIZE | grep -E "^/swap.img +64M"',
  },
];
