import type { Architecture } from '../../common/boot/architectures.ts';

/** A disk of a virtual machine. */
export type Disk = {
  file: string;
  /** A raw image by default. */
  format?: 'raw' | 'qcow2';
  bus: 'virtio' | 'sata' | 'scsi' | 'nvme' | 'usb';
  sectorBytes?: 512 | 4096;
  serial?: string;
  wwn?: string;
  /** A USB stick that says so of itself. */
  removable?: boolean;
  /** A name for QMP. */
  id?: string;
  /** What is written goes to a copy that is thrown away. */
  isCopied?: boolean;
  /** What is written must be there after a power cut of this computer; by default, a disk is disposable. */
  isKept?: boolean;
};

/** A network card on a tap of a wire, on a hub with nobody else, or on QEMU's own network. */
export type Nic = {
  model: 'virtio-net-pci' | 'e1000' | 'e1000e' | 'rtl8139' | 'vmxnet3';
  mac: string;
  tap?: string;
  isAlone?: boolean;
  own?: OwnNetwork;
};

/** What DHCP of QEMU's own network tells the machine, and the folder of its TFTP server. */
export type OwnNetwork = { host?: string; domain?: string; bootFile?: string; tftp?: string };

/** Where the serial console goes. On a terminal, Ctrl-a x ends the machine. */
export type Console =
  | { kind: 'terminal' }
  | { kind: 'file'; file: string }
  | { kind: 'socket'; socket: string; log: string }
  | { kind: 'none' };

/** A screen besides the serial console: VNC at ADDRESS:DISPLAY, or a window. */
export type Screen = { kind: 'vnc'; at: string } | { kind: 'window' };

/** What the machine tries first; the disks follow in order. */
export type BootFrom = 'disk' | 'network' | 'cd' | 'floppy';

/** A virtual machine as plain facts. */
export type Machine = {
  name: string;
  arch: Architecture;
  /** An arm64 machine without a kernel of its own (`direct`) needs UEFI. */
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
  screen?: Screen;
  /** End where the machine would boot again. */
  noReboot: boolean;
  /** A second line to the machine: a virtio-serial port of this name. */
  port?: string;
  /** Further words of QEMU's command line: hardware that only one row has. */
  extra?: readonly string[];
};

/** Where a machine's own files lie. */
export type MachineFiles = {
  console: Console;
  /** Of a machine with a second line. */
  portSocket?: string;
  /** This machine's own copy of the variables of its UEFI. */
  uefiVars: string;
  /** A socket for QMP, by which another program watches and changes the machine. */
  monitorSocket?: string;
};
