/** A disk of a virtual machine. `file` is a raw image. */
export type Disk = {
  file: string;
  bus: 'virtio' | 'sata' | 'scsi' | 'nvme' | 'usb';
  sectorBytes?: 512 | 4096;
  serial?: string;
  wwn?: string;
  /** A USB stick that says so of itself. */
  removable?: boolean;
  /** What is written goes to a copy that is thrown away. */
  isCopied?: boolean;
};

/** A network card on a tap of a wire, on a hub with nobody else, or on QEMU's own network. */
export type Nic = {
  model: 'virtio-net-pci' | 'e1000' | 'e1000e' | 'rtl8139' | 'vmxnet3';
  mac: string;
  tap?: string;
  isAlone?: boolean;
};

/** What the machine tries first; the disks follow in order. */
export type BootFrom = 'disk' | 'network' | 'cd' | 'floppy';

/** A virtual machine as plain facts. */
export type Machine = {
  name: string;
  firmware: 'bios' | 'uefi';
  /** UEFI starts only what is signed, by Microsoft's keys. */
  secureBoot?: boolean;
  memoryMb: number;
  cpus: number;
  bootFrom: BootFrom;
  /** Boots this kernel directly, without the firmware's choice. */
  direct?: { kernel: string; initrd?: string; append: string };
  disks: Disk[];
  floppies: string[];
  cds: string[];
  nics: Nic[];
  /** End where the machine would boot again. */
  noReboot: boolean;
  /** A second line to the machine: a virtio-serial port of this name. */
  port?: string;
  /** Further words of QEMU's command line: hardware that only one row has. */
  extra?: readonly string[];
};

/** Where a machine's own files lie. */
export type MachineFiles = {
  /** The serial console as it is written. */
  consoleLog: string;
  consoleSocket: string;
  portSocket: string;
  /** This machine's own copy of OVMF_VARS. */
  uefiVars: string;
};

/** Debian's package ovmf: the code is read-only and shared, the variables belong to one machine. */
export const ovmf = ({ secureBoot }: Pick<Machine, 'secureBoot'>) =>
  secureBoot
    ? { code: '/usr/share/OVMF/OVMF_CODE_4M.secboot.fd', vars: '/usr/share/OVMF/OVMF_VARS_4M.ms.fd' }
    : { code: '/usr/share/OVMF/OVMF_CODE_4M.fd', vars: '/usr/share/OVMF/OVMF_VARS_4M.fd' };

/** Keeps the variables from everybody but the firmware, which asks for it with Secure Boot (OVMF's README). */
const lockedVariables = ['-global', 'driver=cfi.pflash01,property=secure,value=on'];

/**
 * QEMU's command line for a machine (qemu-system-x86_64(1)). Disks are disposable, hence cache=unsafe. The first boot index
 * goes to `bootFrom`; cards that are not booted from get no option ROM, which saves some seconds.
 */
export function qemuArgv(machine: Machine, files: MachineFiles, accel: readonly string[]): [string, ...string[]] {
  const order = bootOrder(machine);
  const pair = (key: string, value: string | number | undefined) => (value === undefined ? '' : `,${key}=${value}`);
  const argv: [string, ...string[]] = ['qemu-system-x86_64', '-name', machine.name, '-nodefaults', '-no-user-config'];
  argv.push(
    '-machine',
    machine.secureBoot ? 'q35,smm=on' : 'q35',
    ...accel,
    '-m',
    String(machine.memoryMb),
    '-smp',
    String(machine.cpus),
  );
  argv.push(
    '-display',
    'none',
    '-vga',
    'std',
    '-rtc',
    'base=utc',
    '-object',
    'rng-random,id=rng0,filename=/dev/urandom',
  );
  argv.push('-device', 'virtio-rng-pci,rng=rng0', '-device', 'qemu-xhci,id=usb');
  if (machine.noReboot) argv.push('-no-reboot');
  if (machine.firmware === 'uefi')
    argv.push(
      '-drive',
      `if=pflash,format=raw,unit=0,readonly=on,file=${ovmf(machine).code}`,
      '-drive',
      `if=pflash,format=raw,unit=1,file=${files.uefiVars}`,
      ...(machine.secureBoot ? lockedVariables : []),
      ...noIpv6.flatMap((name) => ['-fw_cfg', `name=opt/org.tianocore/${name},string=n`]),
    );
  argv.push(
    '-chardev',
    `socket,id=con,path=${files.consoleSocket},server=on,wait=off,logfile=${files.consoleLog},logappend=on`,
  );
  argv.push('-serial', 'chardev:con');
  if (machine.port)
    argv.push(
      '-device',
      'virtio-serial-pci',
      '-chardev',
      `socket,id=port,path=${files.portSocket},server=on,wait=off`,
      '-device',
      `virtserialport,chardev=port,name=${machine.port}`,
    );
  if (machine.direct) {
    argv.push('-kernel', machine.direct.kernel);
    if (machine.direct.initrd) argv.push('-initrd', machine.direct.initrd);
    argv.push('-append', machine.direct.append);
  }
  if (machine.disks.some((disk) => disk.bus === 'scsi')) argv.push('-device', 'virtio-scsi-pci,id=scsi');
  machine.disks.forEach((disk, at) => {
    argv.push(
      '-drive',
      `if=none,id=disk${at},format=raw,cache=unsafe,discard=unmap${disk.isCopied ? ',snapshot=on' : ''},file=${disk.file}`,
    );
    argv.push('-device', diskDevice(disk, at) + pair('bootindex', order.disk(at)));
  });
  machine.floppies.forEach((file, at) => {
    if (at === 0) argv.push('-device', `isa-fdc,id=fdc${pair('bootindexA', order.floppy(at))}`);
    argv.push('-drive', `if=none,id=floppy${at},format=raw,file=${file}`);
    argv.push('-device', `floppy,drive=floppy${at},drive-type=auto`);
  });
  machine.cds.forEach((file, at) => {
    argv.push('-drive', `if=none,id=cd${at},format=raw,media=cdrom,readonly=on,file=${file}`);
    argv.push('-device', `ide-cd,drive=cd${at},bus=ide.${5 - at}${pair('bootindex', order.cd(at))}`);
  });
  machine.nics.forEach((nic, at) => {
    const own = nic.isAlone ? `hubport,id=net${at},hubid=${at}` : `user,id=net${at}`;
    const backend = nic.tap ? `tap,id=net${at},ifname=${nic.tap},script=no,downscript=no` : own;
    const boot = order.nic(at);
    const rom = boot === undefined || machine.firmware === 'uefi' ? ',romfile=' : '';
    argv.push(
      '-netdev',
      backend,
      '-device',
      `${nic.model},netdev=net${at},mac=${nic.mac}${rom}${pair('bootindex', boot)}`,
    );
  });
  argv.push(...(machine.extra ?? []));
  return argv;
}

function diskDevice(disk: Disk, at: number): string {
  const sectors = disk.sectorBytes === 4096 ? ',logical_block_size=4096,physical_block_size=4096' : '';
  const serial = disk.serial === undefined ? '' : `,serial=${disk.serial}`;
  const wwn = disk.wwn === undefined ? '' : `,wwn=${disk.wwn}`;
  const drive = `drive=disk${at}`;
  switch (disk.bus) {
    case 'virtio':
      return `virtio-blk-pci,${drive}${serial}${sectors}`;
    case 'sata':
      if (sectors) throw new Error('QEMU has no SATA disk with 4096-byte sectors');
      return `ide-hd,${drive},bus=ide.${at}${serial}${wwn}`;
    case 'scsi':
      return `scsi-hd,${drive},bus=scsi.0,scsi-id=${at}${serial}${wwn}${sectors}`;
    case 'nvme':
      // An NVMe controller must have a serial number.
      return `nvme,${drive},serial=${disk.serial ?? `nvme${at}`}${sectors}`;
    case 'usb':
      return `usb-storage,${drive},bus=usb.0${serial}${disk.removable ? ',removable=on' : ''}${sectors}`;
  }
}

/** OVMF tries each way of a card before it looks at a disk; IPv6, which nobody answers here, would take minutes. */
const noIpv6 = ['IPv6Support', 'IPv6PXESupport'];

/** Boot indexes: `bootFrom` first, disks after it. With a direct kernel nothing has one. */
function bootOrder({ bootFrom, direct }: Machine) {
  const first = (kind: BootFrom) => (at: number) => (direct || bootFrom !== kind ? undefined : at + 1);
  return {
    floppy: first('floppy'),
    cd: first('cd'),
    nic: first('network'),
    disk: (at: number) => (direct ? undefined : at + (bootFrom === 'disk' ? 1 : 10)),
  };
}
