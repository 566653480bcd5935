import { gzipSync } from 'node:zlib';
import type { State } from '../../common/model/state.ts';
import { cpio } from '../helpers/cpio.ts';
import { installedState } from '../helpers/installed-state.ts';
import type { RecordedFile } from '../helpers/recorder-io.ts';

/** What of a distribution's installed system our verbs look at, as its own installer leaves it, and a machine that gets it. */
export type DistributionTree = { name: string; state: State; files: Record<string, RecordedFile> };

export const oldId = '0123456789abcdef0123456789abcdef';
const { filesystems, mounts, disks, parts } = installedState();
const [efi, root] = filesystems;
const [rootMount, efiMount] = mounts;
const disk = disks['/dev/sda'];
const part = parts['/dev/sda3'];
if (!efi || !root || !rootMount || !efiMount || !disk || !part) throw new Error('no disk');
const uuid = root.uuid;
const oldUuid = '99999999-2222-4333-8444-555555555555';

/** A kernel with the drivers of a virtual machine, and an initramfs that was made for a SATA disk. */
function kernel(version: string, initramfs: string, filesystem = 'ext4', dm = ''): Record<string, RecordedFile> {
  const modules = ['virtio_pci', 'virtio_blk', 'ahci', filesystem, dm].filter(Boolean);
  return {
    [`/usr/lib/modules/${version}/modules.dep`]: modules.map((one) => `kernel/x/${one}.ko.xz:\n`).join(''),
    [`/usr/lib/modules/${version}/modules.builtin`]: '',
    [`/usr/lib/modules/${version}/modules.builtin.modinfo`]: '',
    [`/usr/lib/modules/${version}/modules.alias`]:
      'alias pci:v00001AF4d* virtio_pci\nalias virtio:d00000002v* virtio_blk\n',
    [initramfs]: gzipSync(
      cpio(['init', `lib/modules/${version}/ahci.ko.xz`, `lib/modules/${version}/${filesystem}.ko.xz`]),
    ),
  };
}

/** A bzImage that says its version. */
function bzImage(version: string): Buffer {
  const data = Buffer.alloc(0x400);
  data.write('HdrS', 0x202, 'latin1');
  data.writeUInt16LE(0x100, 0x20e);
  data.write(`${version} (builder@host) #1 SMP`, 0x300, 'latin1');
  return data;
}

const merged = { '/lib': { link: 'usr/lib' }, '/sbin': { link: 'usr/sbin' }, '/bin': { link: 'usr/bin' } };
const sshd = { '/usr/sbin/sshd': '', '/usr/bin/ssh-keygen': '', '/etc/ssh/ssh_host_ed25519_key': 'k' };
const wants = '/etc/systemd/system/multi-user.target.wants';
const uefi = { firmware: 'uefi' } as const;

const rocky: Record<string, RecordedFile> = {
  ...merged,
  ...sshd,
  ...kernel('5.14.0-427.el9.x86_64', '/boot/initramfs-5.14.0-427.el9.x86_64.img', 'xfs'),
  '/etc/redhat-release': 'Rocky Linux release 9.4 (Blue Onyx)\n',
  '/etc/os-release': 'NAME="Rocky Linux"\nID="rocky"\nID_LIKE="rhel centos fedora"\n',
  '/etc/machine-id': `${oldId}\n`,
  '/etc/selinux/config': 'SELINUX=enforcing\nSELINUXTYPE=targeted\n',
  '/etc/selinux/targeted/contexts/files/file_contexts': '',
  '/etc/default/grub':
    'GRUB_DISTRIBUTOR="$(sed \'s, release .*$,,g\' /etc/system-release)"\nGRUB_CMDLINE_LINUX="crashkernel=1G-4G:192M resume=/dev/mapper/rl-swap rd.lvm.lv=rl/root"\nGRUB_ENABLE_BLSCFG=true\n',
  '/etc/kernel/cmdline': `root=UUID=${uuid} ro crashkernel=1G-4G:192M\n`,
  '/etc/lvm/devices/system.devices': 'x',
  '/usr/bin/dracut': '',
  '/usr/sbin/grub2-install': '',
  '/usr/sbin/grub2-mkconfig': '',
  '/boot/vmlinuz-5.14.0-427.el9.x86_64': '',
  '/boot/grub2/grub.cfg': `search --no-floppy --fs-uuid --set=root ${uuid}\ninsmod blscfg\nblscfg\n`,
  '/boot/grub2/grubenv': `# GRUB Environment Block\nsaved_entry=${oldId}-5.14.0-427.el9.x86_64\n`.padEnd(1024, '#'),
  [`/boot/loader/entries/${oldId}-5.14.0-427.el9.x86_64.conf`]: `title Rocky Linux\nversion 5.14.0-427.el9.x86_64\nlinux /boot/vmlinuz-5.14.0-427.el9.x86_64\ninitrd /boot/initramfs-5.14.0-427.el9.x86_64.img $tuned_initrd\noptions root=/dev/mapper/rl-root ro rd.lvm.lv=rl/root $tuned_params\n`,
  '/usr/sbin/NetworkManager': '',
  [`${wants}/NetworkManager.service`]: { link: '/usr/lib/systemd/system/NetworkManager.service' },
  '/etc/NetworkManager/system-connections/ens3.nmconnection':
    '[connection]\nid=ens3\ntype=ethernet\n[ipv4]\naddress1=10.9.9.9/24,10.9.9.1\nmethod=manual\n',
};

/** One of each family, by what our verbs find out about it. */
export const trees: DistributionTree[] = [
  {
    name: 'Rocky Linux 9, UEFI, xfs; its golden client had a volume group',
    state: installedState({
      ...uefi,
      filesystems: [efi, { ...root, type: 'xfs' }],
      mounts: [{ ...rootMount, type: 'xfs' }, efiMount],
    }),
    files: {
      ...rocky,
      '/boot/efi/EFI/rocky/shimx64.efi': 's',
      '/boot/efi/EFI/rocky/grubx64.efi': 'g',
      '/boot/efi/EFI/rocky/mmx64.efi': 'm',
      '/boot/efi/EFI/rocky/grub.cfg': `search --no-floppy --root-dev-only --fs-uuid --set=dev ${oldUuid}\nset prefix=($dev)/boot/grub2\nexport $prefix\nconfigfile $prefix/grub.cfg\n`,
    },
  },
  {
    name: 'CentOS 7, BIOS, a volume group, service network',
    state: installedState({
      disks: { '/dev/sda': { ...disk, label: 'dos' } },
      volumes: {
        '/dev/centos/root': {
          kind: 'lv',
          node: '/dev/mapper/centos-root',
          sizeBytes: 1,
          members: ['/dev/sda3'],
          group: 'centos',
          uuid: '',
          options: {},
        },
      },
      filesystems: [{ ...root, device: '/dev/centos/root', node: '/dev/mapper/centos-root', type: 'xfs' }],
      mounts: [{ ...rootMount, device: '/dev/centos/root', node: '/dev/mapper/centos-root', type: 'xfs' }],
    }),
    files: {
      ...merged,
      ...sshd,
      ...kernel('3.10.0-1160.el7.x86_64', '/boot/initramfs-3.10.0-1160.el7.x86_64.img', 'xfs', 'dm-mod'),
      '/etc/redhat-release': 'CentOS Linux release 7.9.2009 (Core)\n',
      '/etc/os-release': 'ID="centos"\n',
      '/etc/machine-id': `${oldId}\n`,
      '/usr/sbin/dracut': '',
      '/usr/sbin/lvm': '',
      '/usr/sbin/grub2-install': '',
      '/usr/sbin/grub2-mkconfig': '',
      '/usr/lib/grub/i386-pc/kernel.img': '',
      '/boot/vmlinuz-3.10.0-1160.el7.x86_64': '',
      [`/boot/vmlinuz-0-rescue-${oldId}`]: '',
      [`/boot/initramfs-0-rescue-${oldId}.img`]: '',
      '/boot/grub2/grub.cfg': `menuentry 'CentOS Linux' {\n\tsearch --no-floppy --fs-uuid --set=root ${uuid}\n\tlinux16 /boot/vmlinuz-3.10.0-1160.el7.x86_64 root=/dev/mapper/centos-root ro rd.lvm.lv=centos/root rd.lvm.lv=centos/swap rhgb\n\tinitrd16 /boot/initramfs-3.10.0-1160.el7.x86_64.img\n}\nmenuentry 'rescue' {\n\tlinux16 /boot/vmlinuz-0-rescue-${oldId} root=/dev/mapper/centos-root\n}\n`,
      '/etc/rc.d/rc3.d/S10network': { link: '../init.d/network' },
      '/etc/sysconfig/network': '# Created by anaconda\nGATEWAY=10.9.9.1\n',
      '/etc/sysconfig/network-scripts/ifcfg-lo': 'DEVICE=lo\n',
      '/etc/sysconfig/network-scripts/ifcfg-ens192': 'DEVICE=ens192\nBOOTPROTO=none\nIPADDR=10.9.9.9\n',
    },
  },
  {
    name: 'openSUSE Leap 15, UEFI with shim, btrfs, wicked',
    state: installedState({
      ...uefi,
      filesystems: [efi, { ...root, type: 'btrfs' }],
      mounts: [{ ...rootMount, type: 'btrfs' }, efiMount],
    }),
    files: {
      ...sshd,
      ...kernel('6.4.0-150600.21-default', '/boot/initrd-6.4.0-150600.21-default', 'btrfs'),
      '/lib/modules': { link: '../usr/lib/modules' },
      '/etc/SUSE-brand': 'openSUSE\n',
      '/etc/os-release': 'ID="opensuse-leap"\nID_LIKE="suse opensuse"\n',
      '/etc/machine-id': `${oldId}\n`,
      '/etc/HOSTNAME': { link: 'hostname' },
      '/etc/default/grub':
        'GRUB_DISTRIBUTOR=\nGRUB_CMDLINE_LINUX_DEFAULT="splash=silent resume=/dev/disk/by-uuid/gone quiet"\n',
      '/usr/bin/dracut': '',
      '/usr/sbin/grub2-install': '',
      '/usr/sbin/grub2-mkconfig': '',
      '/usr/share/grub2/x86_64-efi/kernel.img': '',
      '/usr/lib/modules/6.4.0-150600.21-default/vmlinuz': '',
      '/boot/vmlinuz-6.4.0-150600.21-default': { link: '/usr/lib/modules/6.4.0-150600.21-default/vmlinuz' },
      '/boot/vmlinuz': { link: 'vmlinuz-6.4.0-150600.21-default' },
      '/boot/grub2/grub.cfg': `search --fs-uuid --set=root ${uuid}\nmenuentry 'openSUSE' {\n\tlinux /boot/vmlinuz-6.4.0-150600.21-default root=UUID=${uuid} splash=silent resume=/dev/disk/by-uuid/gone quiet\n\tinitrd /boot/initrd-6.4.0-150600.21-default\n}\n`,
      '/boot/efi/EFI/opensuse/shim.efi': 's',
      '/boot/efi/EFI/opensuse/grub.efi': 'g',
      '/boot/efi/EFI/opensuse/MokManager.efi': 'm',
      '/boot/efi/EFI/opensuse/grub.cfg': `set btrfs_relative_path="yes"\nsearch --fs-uuid --set=root ${uuid}\nset prefix=(\${root})/boot/grub2\nsource "\${prefix}/grub.cfg"\n`,
      [`${wants}/wicked.service`]: { link: '/usr/lib/systemd/system/wicked.service' },
      '/etc/sysconfig/network/config': 'NETCONFIG_DNS_STATIC_SERVERS=""\n',
      '/etc/sysconfig/network/ifcfg-eth0': "BOOTPROTO='static'\nIPADDR='10.9.9.9/24'\n",
      '/etc/sysconfig/network/ifcfg-lo': 'IPADDR=127.0.0.1/8\n',
      '/var/lib/wicked/duid.xml': 'x',
    },
  },
  {
    name: 'Arch Linux, UEFI, systemd-boot with the EFI system partition on /boot, networkd',
    state: installedState({ ...uefi, mounts: [rootMount, { ...efiMount, dir: '/boot' }] }),
    files: {
      ...merged,
      ...sshd,
      ...kernel('6.9.3-arch1-1', '/boot/initramfs-linux.img'),
      '/etc/os-release': 'ID=arch\n',
      '/etc/machine-id': `${oldId}\n`,
      '/usr/bin/mkinitcpio': '',
      '/boot/vmlinuz-linux': bzImage('6.9.3-arch1-1'),
      '/boot/EFI/systemd/systemd-bootx64.efi': 'l',
      '/boot/EFI/BOOT/BOOTX64.EFI': 'l',
      '/boot/loader/loader.conf': 'default arch.conf\n',
      '/boot/loader/random-seed': 's',
      '/boot/loader/entries/arch.conf':
        'title Arch Linux\nlinux /vmlinuz-linux\ninitrd /intel-ucode.img\ninitrd /initramfs-linux.img\noptions root=/dev/sda3 rw\n',
      [`${wants}/systemd-networkd.service`]: { link: '/usr/lib/systemd/system/systemd-networkd.service' },
      '/etc/systemd/network/20-wired.network': '[Match]\nName=en*\n[Network]\nAddress=10.9.9.9/24\n',
    },
  },
  {
    name: 'Alpine Linux 3.20, BIOS, extlinux, no udev, busybox',
    state: installedState({
      disks: { '/dev/sda': { ...disk, label: 'dos' } },
      parts: { '/dev/sda3': { ...part, number: 3, bootable: true } },
      filesystems: [root],
      mounts: [rootMount],
    }),
    files: {
      ...sshd,
      '/lib/modules': { link: '/usr/lib/modules' },
      ...kernel('6.6.31-0-lts', '/boot/initramfs-lts'),
      '/etc/alpine-release': '3.20.0\n',
      '/etc/os-release': 'ID=alpine\n',
      '/sbin/mkinitfs': '',
      '/etc/mkinitfs/mkinitfs.conf': 'features="ata base ext4 keymap kms mmc scsi usb"\n',
      '/sbin/extlinux': '',
      '/usr/share/syslinux/mbr.bin': 'm',
      '/boot/vmlinuz-lts': bzImage('6.6.31-0-lts'),
      '/boot/extlinux.conf':
        'DEFAULT lts\nLABEL lts\n  LINUX vmlinuz-lts\n  INITRD initramfs-lts\n  APPEND root=/dev/sda3 modules=sd-mod,usb-storage,ext4 quiet rootfstype=ext4\n',
      '/etc/update-extlinux.conf': 'default_kernel_opts="quiet rootfstype=ext4"\nroot=/dev/sda3\n',
      '/bin/busybox': '',
      '/sbin/ifup': { link: '/bin/busybox' },
      '/etc/network/interfaces': 'auto eth0\niface eth0 inet static\n\taddress 10.9.9.9/24\n',
      '/etc/conf.d/hostname': 'hostname="localhost"\n',
    },
  },
  {
    name: 'Ubuntu 24.04, UEFI, netplan and cloud-init, its initramfs packed by lz4',
    state: installedState(uefi),
    files: {
      ...merged,
      ...sshd,
      ...kernel('6.8.0-31-generic', '/boot/unused'),
      '/etc/debian_version': 'trixie/sid\n',
      '/etc/os-release': 'ID=ubuntu\n',
      '/etc/machine-id': `${oldId}\n`,
      '/etc/default/grub':
        'GRUB_DISTRIBUTOR=`( . /etc/os-release; echo ${NAME:-Ubuntu} ) 2>/dev/null || echo Ubuntu`\nGRUB_CMDLINE_LINUX_DEFAULT="quiet splash"\n',
      '/usr/sbin/update-initramfs': '',
      '/usr/sbin/grub-install': '',
      '/usr/sbin/grub-mkconfig': '',
      '/usr/lib/grub/x86_64-efi/kernel.img': '',
      '/usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed': '',
      '/usr/lib/shim/shimx64.efi.signed': { link: '/etc/alternatives/shimx64.efi.signed' },
      '/etc/alternatives/shimx64.efi.signed': { link: '/usr/lib/shim/shimx64.efi.signed.latest' },
      '/usr/lib/shim/shimx64.efi.signed.latest': '',
      '/boot/vmlinuz-6.8.0-31-generic': '',
      '/boot/vmlinuz': { link: 'vmlinuz-6.8.0-31-generic' },
      '/boot/initrd.img-6.8.0-31-generic': Buffer.from('02214c1800000000', 'hex'),
      '/boot/grub/grub.cfg': `search --no-floppy --fs-uuid --set=root ${uuid}\n\tlinux /boot/vmlinuz-6.8.0-31-generic root=UUID=${uuid} ro quiet splash $vt_handoff\n`,
      '/usr/sbin/netplan': '',
      '/etc/netplan/50-cloud-init.yaml': 'network:\n  ethernets:\n    ens3:\n      addresses: [10.9.9.9/24]\n',
      '/etc/cloud/cloud.cfg.d/05_logging.cfg': '',
      '/etc/iscsi/initiatorname.iscsi': 'InitiatorName=iqn.2004-10.com.ubuntu:01:aaaa\n',
    },
  },
  {
    name: 'Void Linux, BIOS, grub, runit and dhcpcd',
    state: installedState({ parts, filesystems: [root], mounts: [rootMount] }),
    files: {
      ...merged,
      ...sshd,
      ...kernel('6.6.30_1', '/boot/initramfs-6.6.30_1.img'),
      '/etc/os-release': 'ID="void"\n',
      '/usr/bin/dracut': '',
      '/usr/bin/grub-install': '',
      '/usr/bin/grub-mkconfig': '',
      '/usr/lib/grub/i386-pc/kernel.img': '',
      '/boot/vmlinuz-6.6.30_1': '',
      '/boot/grub/grub.cfg': `search --fs-uuid --set=root ${uuid}\n\tlinux /boot/vmlinuz-6.6.30_1 root=/dev/sda3 ro\n\tinitrd /boot/initramfs-6.6.30_1.img\n`,
      '/etc/runit/runsvdir/default/dhcpcd': { link: '/etc/sv/dhcpcd' },
      '/etc/dhcpcd.conf': 'hostname\ninterface eth0\nstatic ip_address=10.9.9.9/24\n',
    },
  },
];
