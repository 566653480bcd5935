import type { Needs } from '../../common/model/needs.ts';

/** For discovery, programs and locks, besides busybox (grep, flock, ip, udhcpc, mount, umount, blockdev, cat, mv, sh). */
export const discoveryNeeds: Needs = {
  programs: {
    '/sbin/modprobe': 'kmod',
    '/sbin/blkid': 'util-linux',
    '/sbin/lvm': 'lvm2',
    '/sbin/mdadm': 'mdadm',
    '/usr/bin/rsync': 'rsync',
  },
  modules: [
    // Packet sockets, for udhcpc.
    'af_packet',
    // Media that may hold a local.cfg, and the file names on them.
    'floppy',
    'sr_mod',
    'sd_mod',
    'usb_storage',
    'uas',
    'vfat',
    'isofs',
    'udf',
    'nls_cp437',
    'nls_iso8859_1',
    'nls_ascii',
    'nls_utf8',
    // Hard disks' filesystems come from install/filesystems; their volumes:
    'dm_mod',
    'md_mod',
    'raid0',
    'raid1',
    'raid10',
    'raid456',
  ],
  kernel:
    'PACKET BLK_DEV_SD BLK_DEV_SR USB_STORAGE MSDOS_PARTITION EFI_PARTITION VFAT_FS ISO9660_FS JOLIET UDF_FS'.split(
      ' ',
    ),
};
