import type { Flavour, GoldenOptions } from '../../assets/golden.ts';
import { gptFor, mbrWithLogical, type RootType, type TreeLayout, withSrvDisk } from '../../assets/layouts.ts';
import type { Disk, Machine } from '../../../vm/qemu/machine.ts';

/** One way in which a machine, its script, its image and its identity come together. */
export type Combination = {
  firmware: Machine['firmware'];
  bus: Exclude<Disk['bus'], 'usb'>;
  /** A gpt script is one for the other firmware, so that BOEL has to add what this one needs; a dos one has logical partitions. */
  label: 'gpt' | 'dos';
  root: RootType;
  /** Who says who the machine is. By `PXE` it also boots. */
  identity: 'PXE' | 'local.cfg' | 'hosts file' | 'reverse DNS';
  network: Flavour;
  /** Only UEFI starts from a disk with sectors of 4096 bytes. */
  sectorBytes?: 4096;
  /** A second disk for /srv. */
  hasTwoDisks?: true;
  diskSize?: string;
  imageSize?: GoldenOptions['size'];
  memoryMb?: number;
};

/** The values that meet each other value of each other factor in some row. */
export const factors = {
  firmware: ['bios', 'uefi'],
  bus: ['virtio', 'sata', 'scsi', 'nvme'],
  label: ['gpt', 'dos'],
  root: ['ext4', 'ext3', 'xfs', 'btrfs'],
  identity: ['PXE', 'local.cfg', 'hosts file', 'reverse DNS'],
  network: ['ifupdown', 'networkd', 'NetworkManager', 'netplan'],
} as const satisfies { [K in keyof Combination]?: readonly Combination[K][] };

/** The name of its row. */
export function nameOf(one: Combination): string {
  const more = [
    one.sectorBytes === undefined ? [] : [`sectors of ${one.sectorBytes} bytes`],
    one.hasTwoDisks ? ['two disks'] : [],
    one.diskSize === undefined ? [] : [`${one.diskSize} disk`],
    one.imageSize === undefined ? [] : [`a ${one.imageSize} system`],
    one.memoryMb === undefined ? [] : [`${one.memoryMb} MB of memory`],
  ].flat();
  const { firmware, bus, label, root, identity, network } = one;
  return ['install: ' + firmware.toUpperCase(), bus, label, root, identity, network, ...more].join(', ');
}

/** The script's layout. */
export function layoutOf({ firmware, label, root, hasTwoDisks }: Combination): TreeLayout {
  const one = label === 'dos' ? mbrWithLogical(root) : gptFor(firmware === 'bios' ? 'uefi' : 'bios', root);
  return hasTwoDisks ? withSrvDisk(one) : one;
}

/** The image: Debian's kernel for virtual machines knows no SATA. */
export function goldenOf({ bus, network, imageSize }: Combination): GoldenOptions {
  return {
    network,
    kernel: bus === 'sata' ? 'full' : 'cloud',
    ...(imageSize === undefined ? {} : { size: imageSize }),
  };
}
