import { describe, expect, it } from 'vitest';
import { qemuArgv, type Disk, type Machine } from './machine.ts';

const files = { consoleLog: '/l/console.log', consoleSocket: '/s/con', portSocket: '/s/port', uefiVars: '/l/vars.fd' };
const plain: Machine = {
  name: 'm',
  firmware: 'bios',
  memoryMb: 256,
  cpus: 1,
  bootFrom: 'disk',
  disks: [],
  floppies: [],
  cds: [],
  nics: [],
  noReboot: false,
};
const textOf = (machine: Partial<Machine>) => qemuArgv({ ...plain, ...machine }, files, ['-accel', 'tcg']).join(' ');

describe('qemuArgv', () => {
  it.each<[Disk, string]>([
    [{ file: '/d', bus: 'virtio', serial: 'A1' }, 'virtio-blk-pci,drive=disk0,serial=A1,bootindex=1'],
    [{ file: '/d', bus: 'sata' }, 'ide-hd,drive=disk0,bus=ide.0,bootindex=1'],
    [
      { file: '/d', bus: 'scsi', sectorBytes: 4096 },
      'scsi-hd,drive=disk0,bus=scsi.0,scsi-id=0,logical_block_size=4096,physical_block_size=4096,bootindex=1',
    ],
    [{ file: '/d', bus: 'nvme' }, 'nvme,drive=disk0,serial=nvme0,bootindex=1'],
    [{ file: '/d', bus: 'usb', removable: true }, 'usb-storage,drive=disk0,bus=usb.0,removable=on,bootindex=1'],
  ])('%j becomes its device', (disk, device) => {
    expect(textOf({ disks: [disk] })).toContain(`-device ${device}`);
  });

  it('boots the network first and the disk after it', () => {
    const text = textOf({
      bootFrom: 'network',
      disks: [{ file: '/d', bus: 'virtio' }],
      nics: [{ model: 'e1000', mac: 'M' }],
    });
    expect(text).toContain('-device e1000,netdev=net0,mac=M,bootindex=1');
    expect(text).toContain('drive=disk0,bootindex=10');
  });

  it('leaves a card that is not booted from without its option ROM', () => {
    expect(textOf({ nics: [{ model: 'e1000', mac: 'M', tap: 'tap0' }] })).toContain(
      '-netdev tap,id=net0,ifname=tap0,script=no,downscript=no -device e1000,netdev=net0,mac=M,romfile=',
    );
  });

  it('gives each UEFI machine its own variables', () => {
    expect(textOf({ firmware: 'uefi' })).toContain('if=pflash,format=raw,unit=1,file=/l/vars.fd');
  });

  it('refuses a SATA disk with 4096-byte sectors', () => {
    expect(() => textOf({ disks: [{ file: '/d', bus: 'sata', sectorBytes: 4096 }] })).toThrow('no SATA disk');
  });
});
