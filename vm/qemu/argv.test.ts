import { describe, expect, it } from 'vitest';
import { qemuArgv } from './argv.ts';
import type { Disk, Machine, MachineFiles } from './machine.ts';

const files: MachineFiles = { console: { kind: 'terminal' }, uefiVars: '/l/vars.fd' };
const plain: Machine = {
  name: 'm',
  arch: 'amd64',
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

  it('makes an arm64 machine of the board virt, with UEFI of its own', () => {
    const text = textOf({ arch: 'arm64', firmware: 'uefi', cds: ['/boel.iso'], disks: [{ file: '/d', bus: 'sata' }] });
    expect(text).toMatch(/^qemu-system-aarch64 .* -machine virt /);
    expect(text).toContain('file=/usr/share/AAVMF/AAVMF_CODE.fd');
    expect(text).toContain('-device ich9-ahci,id=ahci');
    expect(text).toContain('ide-hd,drive=disk0,bus=ahci.0');
    expect(text).toContain('scsi-cd,drive=cd0,id=drive-cd0,bus=scsi.0');
    expect(text).not.toContain('vga');
  });

  it('locks the variables of amd64 with Secure Boot', () => {
    const text = textOf({ firmware: 'uefi', secureBoot: true });
    expect(text).toContain('-machine q35,smm=on');
    expect(text).toContain('driver=cfi.pflash01,property=secure,value=on');
    expect(textOf({ arch: 'arm64', firmware: 'uefi', secureBoot: true })).toContain('AAVMF_CODE.ms.fd');
  });

  it('gives a file with a comma in its name as one option', () => {
    expect(textOf({ cds: ['/a,b.iso'] })).toContain('file=/a,,b.iso ');
  });

  it('keeps a qcow2 disk', () => {
    const disk: Disk = { file: '/d', format: 'qcow2', bus: 'virtio', isKept: true };
    expect(textOf({ disks: [disk] })).toContain('format=qcow2,cache=writeback,');
  });

  it.each<[Partial<Machine>, string]>([
    [{ disks: [{ file: '/d', bus: 'sata', sectorBytes: 4096 }] }, 'no SATA disk'],
    [{ arch: 'arm64' }, 'no BIOS'],
    [{ arch: 'arm64', firmware: 'uefi', floppies: ['/f'] }, 'no floppy'],
  ])('refuses hardware that QEMU does not have: %j', (machine, words) => {
    expect(() => textOf(machine)).toThrow(words);
  });
});
