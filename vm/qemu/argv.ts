import type { Architecture } from '../../common/boot/architectures.ts';
import { bootOrder, driveWords } from './drives.ts';
import { firmwareWords, hasLockedVariables } from './firmware.ts';
import type { Machine, MachineFiles, Nic } from './machine.ts';

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
  const console = `socket,id=con,path=${files.consoleSocket},server=on,wait=off,logfile=${files.consoleLog},logappend=on`;
  const words = [
    ['-name', name, '-nodefaults', '-no-user-config', '-machine', machineType(machine), ...accel],
    ['-m', String(memoryMb), '-smp', String(cpus), '-display', 'none', '-rtc', 'base=utc'],
    arch === 'amd64' ? ['-vga', 'std'] : [],
    ['-object', 'rng-random,id=rng0,filename=/dev/urandom', '-device', 'virtio-rng-pci,rng=rng0'],
    ['-device', 'qemu-xhci,id=usb'],
    noReboot ? ['-no-reboot'] : [],
    firmwareWords(machine, files.uefiVars),
    ['-chardev', console, '-serial', 'chardev:con'],
    port ? portWords(port, files) : [],
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

const portWords = (port: string, files: MachineFiles): string[] =>
  [
    ['-device', 'virtio-serial-pci', '-chardev', `socket,id=port,path=${files.portSocket},server=on,wait=off`],
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
  const own = nic.isAlone ? `hubport,id=net${at},hubid=${at}` : `user,id=net${at}`;
  const backend = nic.tap ? `tap,id=net${at},ifname=${nic.tap},script=no,downscript=no` : own;
  const boot = bootOrder(machine).nic(at);
  const rom = boot === undefined || machine.firmware === 'uefi' ? ',romfile=' : '';
  const index = boot === undefined ? '' : `,bootindex=${boot}`;
  return ['-netdev', backend, '-device', `${nic.model},netdev=net${at},mac=${nic.mac}${rom}${index}`];
}
