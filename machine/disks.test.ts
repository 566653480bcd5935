import { expect, it } from 'vitest';
import { type RecordedFile, recorderIo } from '../test/helpers/recorder-io.ts';
import { probeDisks, probeDisksAt, probeFirmware, probeMachine } from './disks.ts';
import { probeUse } from './use.ts';

/** A block device in /sys: its real directory, and the files in it. */
const block = (name: string, at: string, files: Record<string, RecordedFile>): Record<string, RecordedFile> => ({
  [`/sys/class/block/${name}`]: { link: `../../devices/${at}/block/${name}` },
  ...Object.fromEntries(
    Object.entries({ dev: '8:0\n', ro: '0\n', removable: '0\n', size: '4194304\n', ...files }).map(([file, text]) => [
      `/sys/class/block/${name}/${file}`,
      text,
    ]),
  ),
});
const hardware = (files: Record<string, RecordedFile>): Record<string, RecordedFile> => ({
  device: { dir: true },
  ...files,
});

it('reads disks of each bus, in the order of their paths, and leaves out what is no disk', async () => {
  const { io } = recorderIo({
    files: {
      ...block('vda', 'pci0000:00/0000:00:0a.0/virtio2', hardware({ serial: 'V1\n' })),
      ...block(
        'sda',
        'pci0000:00/0000:00:1f.2/ata10/host9/target9:0:0/9:0:0:0',
        hardware({
          'device/wwid': 'naa.5000c500a1b2c3d4\n',
          'device/model': 'QEMU HARDDISK   \n',
          'device/vpd_pg80': Buffer.from('\0\x80\0\x08  QM0001'),
        }),
      ),
      ...block('sdb', 'pci0000:00/0000:00:1f.2/ata2/host1/target1:0:0/1:0:0:0', hardware({})),
      ...block(
        'sdc',
        'pci0000:00/0000:00:1d.7/usb1/1-1/1-1:1.0/host6/target6:0:0/6:0:0:0',
        hardware({ removable: '1\n' }),
      ),
      '/sys/devices/pci0000:00/0000:00:1d.7/usb1/1-1/serial': 'STICK7\n',
      ...block('sdd', 'pci0000:00/0000:00:05.0/virtio3/host2/target2:0:0/2:0:0:0', hardware({})),
      ...block(
        'nvme0n1',
        'pci0000:00/0000:00:06.0/nvme/nvme0',
        hardware({
          wwid: 'eui.0025385b71b0\n',
          'device/serial': 'N1  \n',
          'queue/logical_block_size': '4096\n',
          'queue/optimal_io_size': '131072\n',
          'nvme0n1p2/partition': '2\n',
          'nvme0n1p2/start': '2048\n',
          'nvme0n1p2/size': '4096\n',
        }),
      ),
      ...block('nvme0n1p2', 'pci0000:00/0000:00:06.0/nvme/nvme0/nvme0n1', { partition: '2\n', device: { dir: true } }),
      ...block('sr0', 'pci0000:00/0000:00:1f.2/ata1', hardware({})),
      ...block('loop0', 'virtual', {}),
      ...block('dm-0', 'virtual', {}),
      ...block('mmcblk0boot0', 'mmc_host/mmc0', hardware({})),
    },
  });
  const disks = await probeDisks(io);
  expect(disks.map(({ node, bus, serial }) => [node, bus, serial])).toEqual([
    ['/dev/sdd', 'scsi', ''],
    ['/dev/nvme0n1', 'nvme', 'N1'],
    ['/dev/vda', 'virtio', 'V1'],
    ['/dev/sdc', 'usb', 'STICK7'],
    ['/dev/sdb', 'sata', ''],
    ['/dev/sda', 'sata', 'QM0001'],
  ]);
  expect(disks[5]).toMatchObject({ wwn: 'naa.5000c500a1b2c3d4', model: 'QEMU HARDDISK', bytes: 2 * 1024 ** 3 });
  expect(disks[1]).toMatchObject({
    sectorBytes: 4096,
    optimalIoBytes: 131072,
    parts: [{ number: 2, node: '/dev/nvme0n1p2', startBytes: 1024 ** 2, sizeBytes: 2 * 1024 ** 2 }],
  });
  expect(disks[3]?.origin).toEqual({ kind: 'removable', why: 'on USB' });
  expect(await probeDisksAt(io, ['/dev/vda', '/dev/gone', '/dev/nvme0n1p2'])).toEqual([disks[2]]);
});

it('tells disks that other machines may hold, and those that somebody carries away', async () => {
  const { io } = recorderIo({
    files: {
      ...block('sda', 'platform/host3/session1/target3:0:0/3:0:0:0', hardware({})),
      ...block('sdb', 'pci0000:00/0000:00:05.0/host1/rport-1:0-0/target1:0:0/1:0:0:0', hardware({})),
      ...block('sdc', 'pci0000:00/0000:00:06.0/host2/target2:0:0/2:0:0:0', hardware({})),
      '/sys/class/scsi_host/host2/proc_name': 'ib_srp\n',
      ...block('nvme1n1', 'virtual/nvme-subsystem/nvme-subsys1', {
        ...hardware({}),
        'device/nvme1/transport': 'tcp\n',
      }),
      ...block('nvme0n1', 'pci0000:00/0000:00:07.0/nvme/nvme0', hardware({ 'device/transport': 'pcie\n' })),
      ...block('mmcblk0', 'pci0000:00/mmc_host/mmc0/mmc0:aaaa', hardware({ 'device/type': 'SD\n' })),
      ...block('sdd', 'pseudo_0/adapter0/host4/target4:0:0/4:0:0:0', hardware({})),
    },
  });
  expect((await probeDisks(io)).map(({ node, origin }) => [node, origin.kind])).toEqual([
    ['/dev/sdb', 'borrowed'],
    ['/dev/sdc', 'borrowed'],
    ['/dev/nvme0n1', 'own'],
    ['/dev/mmcblk0', 'removable'],
    ['/dev/sda', 'borrowed'],
    ['/dev/nvme1n1', 'borrowed'],
  ]);
});

it.each([
  ['a RAM disk of the firmware, which no module of the machine holds', '0', 'removable'],
  ['memory of a module that keeps its content', '1', 'own'],
])('tells %s', async (_, mappings, kind) => {
  const region = 'LNXSYSTM:00/LNXSYBUS:00/ACPI0012:00/ndbus0/region0';
  const files = {
    ...block('pmem0', `${region}/namespace0.0`, hardware({})),
    [`/sys/devices/${region}/mappings`]: `${mappings}\n`,
  };
  const [disk] = await probeDisks(recorderIo({ files }).io);
  expect(disk?.origin.kind).toBe(kind);
});
it('marks disks on which a machine holds a reservation', async () => {
  const at = (bus: string) => `pci0000:00/0000:00:06.0/${bus}/target2:0:0/2:0:0:0`;
  const files = {
    ...block('sda', at('host2'), hardware({})),
    ...block('sdb', at('host3'), hardware({})),
    ...block('sdc', at('ata1/host4'), hardware({})),
  };
  const held =
    '  PR generation=0x1, Reservation follows:\n    Key=0x123abc\n    scope: LU_SCOPE,  type: Write Exclusive\n';
  const { io, did } = recorderIo({
    files,
    answer: ({ argv }) =>
      argv.includes('/dev/sda') ? { stdout: held } : { stdout: '  PR generation=0x0, there is NO reservation held\n' },
  });
  const { disks } = await probeMachine(io);
  expect(disks.map((disk) => [disk.node, disk.reserved])).toEqual([
    ['/dev/sdc', undefined],
    ['/dev/sda', true],
    ['/dev/sdb', undefined],
  ]);
  expect(did).toHaveLength(2);
});

it('tells UEFI by the directory of the kernel', async () => {
  expect(await probeFirmware(recorderIo({ files: { '/sys/firmware/efi/fw_platform_size': '64\n' } }).io)).toBe('uefi');
  expect(await probeFirmware(recorderIo({}).io)).toBe('bios');
});

it('finds what uses a disk: mounts, swap, and volumes above it', async () => {
  const { io } = recorderIo({
    files: {
      ...block('vda', 'virtio2', { dev: '254:0\n' }),
      '/sys/class/block/vda/vda1/partition': '1\n',
      ...block('vda1', 'virtio2/vda', { dev: '254:1\n', 'holders/md0': { link: 'x' } }),
      ...block('md0', 'virtual', { dev: '9:0\n', 'holders/dm-0': { link: 'x' } }),
      ...block('dm-0', 'virtual', { dev: '253:0\n', 'dm/name': 'vg0-root\n' }),
      '/proc/self/mountinfo':
        '30 1 253:0 / /a rw,relatime - ext4 /dev/mapper/vg0-root rw\n31 1 0:40 /@ /a/my\\040dir rw shared:1 - btrfs /dev/vda1 rw\n' +
        '32 1 0:5 / /proc rw - proc proc rw\n',
      '/proc/swaps': 'Filename Type Size Used Priority\n/dev/vda1 partition 1 0 -2\n/dev/vdb1 partition 1 0 -2\n',
    },
  });
  const use = await probeUse(io, '/dev/vda');
  expect(use.mounts.map((mount) => [mount.source, mount.dir, mount.root])).toEqual([
    ['/dev/mapper/vg0-root', '/a', '/'],
    ['/dev/vda1', '/a/my dir', '/@'],
  ]);
  expect(use.swaps).toEqual(['/dev/vda1']);
  expect(use.holders.map((holder) => holder.name)).toEqual(['dm-0', 'md0']);
});
