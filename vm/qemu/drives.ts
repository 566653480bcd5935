import type { BootFrom, Disk, Machine } from './machine.ts';

const pair = (key: string, value: string | number | undefined) => (value === undefined ? '' : `,${key}=${value}`);

/** A path in an option of QEMU, where a comma begins the next option. */
export const optionPath = (at: string) => at.replaceAll(',', ',,');

/** QEMU's words for disks, floppies and CDs. */
export function driveWords(machine: Machine): string[] {
  const { arch, disks, floppies, cds } = machine;
  const order = bootOrder(machine);
  const isQ35 = arch === 'amd64';
  const words: string[] = [];
  if (disks.some((disk) => disk.bus === 'scsi') || (cds.length > 0 && !isQ35))
    words.push('-device', 'virtio-scsi-pci,id=scsi');
  if (disks.some((disk) => disk.bus === 'sata') && !isQ35) words.push('-device', 'ich9-ahci,id=ahci');
  disks.forEach((disk, at) => {
    const how = `format=${disk.format ?? 'raw'},cache=${disk.isKept ? 'writeback' : 'unsafe'},discard=unmap`;
    words.push(
      '-drive',
      `if=none,id=disk${at},${how}${disk.isCopied ? ',snapshot=on' : ''},file=${optionPath(disk.file)}`,
      '-device',
      diskDevice(disk, at, isQ35 ? 'ide' : 'ahci') + pair('bootindex', order.disk(at)),
    );
  });
  if (floppies.length > 0 && !isQ35) throw new Error('an arm64 machine has no floppy drive');
  floppies.forEach((image, at) => {
    if (at === 0) words.push('-device', `isa-fdc,id=fdc${pair('bootindexA', order.floppy(at))}`);
    words.push('-drive', `if=none,id=floppy${at},format=raw,file=${optionPath(image)}`);
    words.push('-device', `floppy,drive=floppy${at},drive-type=auto`);
  });
  cds.forEach((image, at) => {
    const device = isQ35
      ? `ide-cd,drive=cd${at},id=drive-cd${at},bus=ide.${5 - at}`
      : `scsi-cd,drive=cd${at},id=drive-cd${at},bus=scsi.0`;
    words.push('-drive', `if=none,id=cd${at},format=raw,media=cdrom,readonly=on,file=${optionPath(image)}`);
    words.push('-device', device + pair('bootindex', order.cd(at)));
  });
  return words;
}

function diskDevice(disk: Disk, at: number, sata: 'ide' | 'ahci'): string {
  const sectors = disk.sectorBytes === 4096 ? ',logical_block_size=4096,physical_block_size=4096' : '';
  const serial = pair('serial', disk.serial);
  const wwn = pair('wwn', disk.wwn);
  const drive = `drive=disk${at}`;
  switch (disk.bus) {
    case 'virtio':
      return `virtio-blk-pci,${drive}${serial}${sectors}`;
    case 'sata':
      if (sectors) throw new Error('QEMU has no SATA disk with 4096-byte sectors');
      return `ide-hd,${drive},bus=${sata}.${at}${serial}${wwn}`;
    case 'scsi':
      return `scsi-hd,${drive},bus=scsi.0,scsi-id=${at}${serial}${wwn}${sectors}`;
    case 'nvme':
      // An NVMe controller must have a serial number.
      return `nvme,${drive},serial=${disk.serial ?? `nvme${at}`}${sectors}`;
    case 'usb':
      return `usb-storage,${drive},bus=usb.0${serial}${disk.removable ? ',removable=on' : ''}${pair('id', disk.id)}${sectors}`;
  }
}

/** Boot indexes: `bootFrom` first, disks after it. With a direct kernel nothing has one. */
export function bootOrder({ bootFrom, direct }: Pick<Machine, 'bootFrom' | 'direct'>) {
  const first = (kind: BootFrom) => (at: number) => (direct || bootFrom !== kind ? undefined : at + 1);
  return {
    floppy: first('floppy'),
    cd: first('cd'),
    nic: first('network'),
    disk: (at: number) => (direct ? undefined : at + (bootFrom === 'disk' ? 1 : 10)),
  };
}
