import { expect, it } from 'vitest';
import { diskOrigin, type DiskTraits } from './disk-origin.ts';

const pci = '/sys/devices/pci0000:00/0000:00:1f.2';
const kindOf = (traits: DiskTraits) => diskOrigin(traits).kind;

const own = 'sda sdab hda vda xvda nvme0n1 mmcblk0 dasda cciss/c0d0 cciss!c0d0 ida/c0d0 rd/c0d0 rssda pmem0 ubda';
it('names of drivers for disks are enough where no more is known', () => {
  for (const name of own.split(' ')) expect([name, kindOf({ name })]).toEqual([name, 'own']);
});

it.each([
  ['made', 'zd0 zd16 zram0 ram3 loop7 dm-0 md127 md_d0 bcache0 drbd0 drbd1000 drbd_r0 nullb0 ublkb0 ploop12345'],
  ['made', 'mtdblock0 ubiblock0_1 mmcblk0boot0 mmcblk1rpmb mmcblk0gp1 veeamsnap0 datto0 some_new_kind0'],
  ['borrowed', 'rbd0 nbd0 rnbd0 etherd/e0.0 etherd!e1.2 scinia pxd!pxd123 sp-0 emcpowera sddlmaa vpatha VxDMP1'],
  ['removable', 'sr0 scd0 fd0'],
])('%s: %s', (kind, names) => {
  for (const name of names.split(' ')) expect([name, kindOf({ name })]).toEqual([name, kind]);
});

it.each<[string, DiskTraits, string]>([
  [
    'a disk of SATA',
    { name: 'sda', sysPath: `${pci}/ata1/host0/target0:0:0/0:0:0:0/block/sda`, transport: 'sata' },
    'own',
  ],
  [
    'a disk behind a SAS expander',
    {
      name: 'sdb',
      sysPath: `${pci}/host0/port-0:0/expander-0:0/port-0:0:3/end_device-0:0:3/target0:0:3/0:0:3:0/block/sdb`,
      transport: 'sas',
    },
    'own',
  ],
  ['a disk of virtio', { name: 'vda', sysPath: `${pci}/virtio2/block/vda`, transport: 'virtio' }, 'own'],
  ['a disk of Xen', { name: 'xvda', sysPath: '/sys/devices/vbd-51712/block/xvda' }, 'own'],
  ['a disk of a driver that is new', { name: 'abc0', sysPath: `${pci}/block/abc0` }, 'own'],
  [
    'a NVMe disk with two controllers',
    { name: 'nvme0n1', sysPath: '/sys/devices/virtual/nvme-subsystem/nvme-subsys0/nvme0n1', transport: 'pcie' },
    'own',
  ],
  [
    'iSCSI by software',
    { name: 'sda', sysPath: '/sys/devices/platform/host3/session1/target3:0:0/3:0:0:0/block/sda' },
    'borrowed',
  ],
  ['iSCSI by lsblk', { name: 'sda', transport: 'iscsi' }, 'borrowed'],
  ['Fibre Channel', { name: 'sda', sysPath: `${pci}/host1/rport-1:0-3/target1:0:0/1:0:0:4/block/sda` }, 'borrowed'],
  ['Fibre Channel by lsblk', { name: 'sda', transport: 'fc' }, 'borrowed'],
  ['FCoE by lsblk', { name: 'sda', transport: 'fcoe' }, 'borrowed'],
  ['SRP', { name: 'sda', sysPath: `${pci}/host9/target9:0:0/9:0:0:0/block/sda`, hostDriver: 'ib_srp' }, 'borrowed'],
  [
    'NVMe over TCP',
    { name: 'nvme1n1', sysPath: '/sys/devices/virtual/nvme-fabrics/ctl/nvme1/nvme1n1', transport: 'tcp' },
    'borrowed',
  ],
  [
    'NVMe over Fabrics with several ways',
    { name: 'nvme1n1', sysPath: '/sys/devices/virtual/nvme-subsystem/nvme-subsys1/nvme1n1', transport: 'rdma' },
    'borrowed',
  ],
  ['a way of multipath', { name: 'sda', isPath: true }, 'borrowed'],
  ['USB', { name: 'sdb', sysPath: `${pci}/usb2/2-1/2-1:1.0/host6/target6:0:0/6:0:0:0/block/sdb` }, 'removable'],
  ['USB by lsblk', { name: 'sdb', transport: 'usb', isRemovable: false }, 'removable'],
  ['FireWire', { name: 'sdb', sysPath: `${pci}/fw1/fw1.0/host6/target6:0:0/6:0:0:0/block/sdb` }, 'removable'],
  [
    'an SD card',
    { name: 'mmcblk0', sysPath: `${pci}/mmc_host/mmc0/mmc0:aaaa/block/mmcblk0`, cardType: 'SD' },
    'removable',
  ],
  ['an eMMC', { name: 'mmcblk0', sysPath: `${pci}/mmc_host/mmc0/mmc0:0001/block/mmcblk0`, cardType: 'MMC' }, 'own'],
  ['a removable disk', { name: 'sdb', isRemovable: true }, 'removable'],
  [
    'scsi_debug',
    { name: 'sdb', sysPath: '/sys/devices/pseudo_0/adapter0/host7/target7:0:0/7:0:0:0/block/sdb' },
    'made',
  ],
  ['scsi_debug by lsblk', { name: 'sdb', model: 'scsi_debug' }, 'made'],
  [
    'a LUN of LIO on the machine itself',
    { name: 'sdb', sysPath: '/sys/devices/tcm_loop_0/tcm_loop_adapter_0/host7/target7:0:1/7:0:1:0/block/sdb' },
    'made',
  ],
])('%s', (_, traits, kind) => {
  expect(kindOf(traits)).toBe(kind);
});
