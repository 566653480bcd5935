import type { Disk } from '../../vm/qemu/machine.ts';

/** A disk of the lab: its serial number is its name in capitals. */
type LabDisk = Omit<Disk, 'file'> & { size: string };

/**
 * The disks of the lab, in the order in which QEMU gets them. Sparse, so size costs nothing. SATA disks come first because
 * QEMU's controller has ports 0 to 5.
 */
export const labDisks = {
  sata1: { bus: 'sata', size: '1G' },
  sata2: { bus: 'sata', size: '1G' },
  virtio1: { bus: 'virtio', size: '2G' },
  virtio2: { bus: 'virtio', size: '1G' },
  virtio3: { bus: 'virtio', size: '1G' },
  small: { bus: 'virtio', size: '256M' },
  large: { bus: 'virtio', size: '3G' },
  virtio4k: { bus: 'virtio', size: '2G', sectorBytes: 4096 },
  scsi1: { bus: 'scsi', size: '1G', wwn: '0x5000c50015ea71aa' },
  scsi4k: { bus: 'scsi', size: '1G', sectorBytes: 4096 },
  nvme1: { bus: 'nvme', size: '1G' },
  nvme4k: { bus: 'nvme', size: '1G', sectorBytes: 4096 },
  stick: { bus: 'usb', size: '64M', removable: true },
  usbdisk: { bus: 'usb', size: '64M' },
} as const satisfies Record<string, LabDisk>;

export type DiskName = keyof typeof labDisks;

/** The serial number by which a layout may name the disk. */
export const serialOf = (name: DiskName): string => name.toUpperCase();
