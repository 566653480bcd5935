import type { Combination } from './combination.ts';

type Value<K extends keyof Combination> = Combination[K];

const combine = (
  firmware: Value<'firmware'>,
  bus: Value<'bus'>,
  label: Value<'label'>,
  root: Value<'root'>,
  identity: Value<'identity'>,
  network: Value<'network'>,
  more: Omit<Combination, 'firmware' | 'bus' | 'label' | 'root' | 'identity' | 'network'> = {},
): Combination => ({ firmware, bus, label, root, identity, network, ...more });

/** In every run: each value of each factor at least once. */
export const always = [
  combine('bios', 'virtio', 'gpt', 'ext4', 'PXE', 'ifupdown'),
  combine('uefi', 'nvme', 'gpt', 'xfs', 'PXE', 'netplan', { sectorBytes: 4096 }),
  combine('bios', 'scsi', 'dos', 'ext3', 'local.cfg', 'networkd'),
  combine('uefi', 'sata', 'gpt', 'btrfs', 'hosts file', 'NetworkManager'),
  combine('uefi', 'virtio', 'dos', 'ext4', 'reverse DNS', 'ifupdown', {
    hasTwoDisks: true,
    diskSize: '40G',
    imageSize: 'standard',
  }),
];

/** In turn: with those above, each value of a factor meets each value of every other one. */
export const rotating = [
  combine('bios', 'nvme', 'dos', 'xfs', 'reverse DNS', 'NetworkManager'),
  combine('bios', 'scsi', 'dos', 'btrfs', 'hosts file', 'netplan'),
  combine('uefi', 'scsi', 'gpt', 'ext3', 'reverse DNS', 'networkd'),
  combine('bios', 'sata', 'gpt', 'ext4', 'local.cfg', 'netplan'),
  combine('bios', 'sata', 'dos', 'btrfs', 'PXE', 'networkd'),
  combine('uefi', 'nvme', 'dos', 'btrfs', 'local.cfg', 'ifupdown'),
  combine('bios', 'virtio', 'gpt', 'xfs', 'hosts file', 'networkd', { memoryMb: 256 }),
  combine('bios', 'virtio', 'dos', 'ext3', 'local.cfg', 'NetworkManager'),
  combine('uefi', 'scsi', 'dos', 'ext4', 'PXE', 'NetworkManager'),
  combine('bios', 'nvme', 'dos', 'ext4', 'hosts file', 'networkd'),
  combine('bios', 'sata', 'gpt', 'ext3', 'hosts file', 'ifupdown'),
  combine('uefi', 'virtio', 'dos', 'btrfs', 'reverse DNS', 'netplan'),
  combine('bios', 'scsi', 'gpt', 'xfs', 'local.cfg', 'ifupdown'),
  combine('bios', 'nvme', 'gpt', 'ext3', 'PXE', 'netplan'),
  combine('uefi', 'sata', 'dos', 'xfs', 'reverse DNS', 'NetworkManager'),
];
