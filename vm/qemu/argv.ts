import type { Architecture } from '../../common/boot/architectures.ts';
import { bootOrder, driveWords, optionPath } from './drives.ts';
import { firmwareWords, hasLockedVariables } from './firmware.ts';
import type { Console, Machine, MachineFiles, Nic, OwnNetwork, Screen } from './machine.ts';

/** QEMU's program for each architecture, and Debian's package of it. */
export const emulators: Record<Architecture, { program: string; package: string }> = {
  amd64: { program: 'qemu-system-x86_64', package: 'qemu-system-x86' },
  arm64: { program: 'qemu-system-aarch64', package: 'qemu-system-arm' },
};

/**
 * QEMU's command line for a machine (qemu-system-x86_64(1)). The first boot index goes to `bootFrom`; cards that are not booted
 * from get no option ROM, which saves some seconds.
 */
export function qemuArgv(machine: Machine, files: MachineFiles, accel: readonly string[]): [string, ...string[]] {
  const { arch, name, memoryMb, cpus, noReboot, port, direct } = machine;
  const words = [
    ['-name', name, '-nodefaults', '-no-user-config', '-machine', machineType(machine), ...accel],
    ['-m', String(memoryMb), '-smp', String(cpus), '-rtc', 'base=utc'],
    ['-object', 'rng-random,id=rng0,filename=/dev/urandom', '-device', 'virtio-rng-pci,rng=rng0'],
    screenWords(arch, machine.screen),
    noReboot ? ['-no-reboot'] : [],
    firmwareWords(machine, files.uefiVars),
    consoleWords(files.console),
    files.monitorSocket ? ['-qmp', `unix:${optionPath(files.monitorSocket)},server=on,wait=off`] : [],
    port ? portWords(port, files.portSocket) : [],
    direct ? directWords(direct) : [],
    driveWords(machine),
    ...machine.nics.map((nic, at) => nicWords(machine, nic, at)),
    machine.extra ?? [],
  ];
  return [emulators[arch].program, ...words.flat()];
}

/** Q35 is a PC with PCI Express; virt is QEMU's own board for arm64, of which BOEL needs nothing but PCI Express. */
function machineType(machine: Machine): string {
  if (machine.arch === 'arm64') return 'virt';
  return hasLockedVariables(machine) ? 'q35,smm=on' : 'q35';
}

function consoleWords(console: Console): string[] {
  const serial = ['-serial', 'chardev:con'];
  switch (console.kind) {
    case 'terminal':
      // Ctrl-C belongs to the machine.
      return ['-chardev', 'stdio,id=con,mux=on,signal=off', ...serial, '-mon', 'chardev=con,mode=readline'];
    case 'file':
      return ['-chardev', `file,id=con,path=${optionPath(console.file)}`, ...serial];
    case 'socket': {
      const { socket, log } = console;
      return ['-chardev', `socket,id=con,path=${socket},server=on,wait=off,logfile=${log},logappend=on`, ...serial];
    }
    case 'none':
      return ['-chardev', 'null,id=con', ...serial];
  }
}

/** A PC has a screen even if nobody looks: boot programs print on it. virt has none of its own, and no keyboard. */
function screenWords(arch: Architecture, screen: Screen | undefined): string[] {
  const display = screen?.kind === 'vnc' ? `vnc=${screen.at}` : screen ? 'gtk' : 'none';
  const card = arch === 'amd64' ? ['-vga', 'std'] : screen ? ['-device', 'virtio-gpu-pci'] : [];
  const hands = screen ? ['usb-kbd', 'usb-tablet'] : [];
  return ['-display', display, ...card, '-device', 'qemu-xhci,id=usb', ...hands.flatMap((name) => ['-device', name])];
}

const portWords = (port: string, socket = ''): string[] =>
  [
    ['-device', 'virtio-serial-pci', '-chardev', `socket,id=port,path=${socket},server=on,wait=off`],
    ['-device', `virtserialport,chardev=port,name=${port}`],
  ].flat();

const directWords = ({ kernel, initrd, append }: NonNullable<Machine['direct']>): string[] => [
  '-kernel',
  kernel,
  ...(initrd ? ['-initrd', initrd] : []),
  '-append',
  append,
];

function nicWords(machine: Machine, nic: Nic, at: number): string[] {
  const own = nic.isAlone ? `hubport,id=net${at},hubid=${at}` : `user,id=net${at}${nic.own ? ownWords(nic.own) : ''}`;
  const backend = nic.tap ? `tap,id=net${at},ifname=${nic.tap},script=no,downscript=no` : own;
  const boot = bootOrder(machine).nic(at);
  const rom = boot === undefined || machine.firmware === 'uefi' ? ',romfile=' : '';
  const index = boot === undefined ? '' : `,bootindex=${boot}`;
  return ['-netdev', backend, '-device', `${nic.model},netdev=net${at},mac=${nic.mac}${rom}${index}`];
}

/** QEMU's own DHCP server; without IPv6, which serve need not answer. */
function ownWords({ host, domain, bootFile, tftp }: OwnNetwork): string {
  const words = { hostname: host, domainname: domain, tftp: tftp && optionPath(tftp), bootfile: bootFile };
  const told = Object.entries(words).map(([key, value]) => (value === undefined ? '' : `,${key}=${value}`));
  return `,ipv6=off${told.join('')}`;
}
