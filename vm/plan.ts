import type { signedFiles } from '../common/boot/firmware-files.ts';
import { type AbsPath, here, under } from '../common/system/place.ts';
import type { Step } from '../common/system/step.ts';
import { grubFiles, planGrubFiles } from '../server/netboot/grub-script.ts';
import { planSignedFiles } from '../server/netboot/signed-files.ts';
import { type DiskState, keptDisk, varsBeside } from './disks.ts';
import type { VmFacts } from './facts.ts';
import { plugTap } from './bridge.ts';
import { qemuArgv } from './qemu/argv.ts';
import { uefiOf } from './qemu/firmware.ts';
import type { Disk, Machine, MachineFiles, Nic, OwnNetwork } from './qemu/machine.ts';
import type { TakeOut } from './take-out.ts';
import type { VmWish } from './wish.ts';

/** The address by which a machine in QEMU's own network reaches this computer (qemu-system-x86_64(1), -netdev user). */
const ownServer = '10.0.2.2';

/** Where things of one start lie: a folder that goes away with the machine, and a tap on a bridge. */
export type Lent = { folder: AbsPath; tap?: string };

/** The steps up to the end of the machine; `grub` are the files for grub, if UEFI boots from the network. */
export type VmPlan = {
  steps: Step[];
  grub?: Map<string, string>;
  tftp: AbsPath;
  /** How the medium is taken out when the machine starts again, over this socket. */
  takeOut?: { socket: AbsPath; command: TakeOut };
};

/** Everything that a start does, in order; the last step is the machine itself. */
export async function planVm(wish: VmWish, facts: VmFacts, lent: Lent): Promise<VmPlan> {
  const { folder } = lent;
  const tftp = under(folder, 'tftp');
  const vars = varsOf(wish, facts, folder);
  const disks = facts.disks.map((disk, at) => ({ ...disk, file: fileOf(disk, at, folder) }));
  const bootsByGrub = facts.medium.kind === 'pxe' && wish.firmware !== 'bios' && !wish.bridge;
  const grub = bootsByGrub ? await grubOf(facts) : undefined;
  const machine = machineOf(wish, facts, lent, grub ? tftp : undefined);
  const takeOut = takeOutOf(facts.medium, under(folder, 'qmp'));
  const files: MachineFiles = { console: wish.console, uefiVars: vars.file, monitorSocket: takeOut?.socket };
  const argv = qemuArgv(machine, files, facts.accel.flags);
  const steps: Step[] = [
    { why: 'Make a folder that goes away with the machine', kind: 'mkdir', at: here(folder), mode: 0o700 },
    ...disks.filter((disk) => disk.isNew).map(makeDisk),
    ...(wish.firmware === 'bios' || vars.isThere ? [] : [copyVars(wish, vars.file)]),
    ...(grub ? tftpSteps(facts, tftp, grub) : []),
    ...(lent.tap !== undefined && wish.bridge !== undefined ? plugTap(lent.tap, wish.bridge) : []),
    { why: `Start the machine ${machine.name}`, kind: 'run', argv, terminal: true },
  ];
  return { steps, grub, tftp, takeOut };
}

const fileOf = (disk: DiskState, at: number, folder: AbsPath): AbsPath =>
  disk.kind === 'file' ? disk.file : under(folder, `disk${at}.qcow2`);

function makeDisk(disk: DiskState & { file: AbsPath }): Step {
  const format = disk.kind === 'file' ? disk.format : 'qcow2';
  const argv = ['qemu-img', 'create', '-q', '-f', format, disk.file, String(disk.sizeBytes)] as [string, ...string[]];
  return { why: `Make the disk ${disk.file}`, kind: 'run', argv };
}

/** A machine that is started again must have its boot entries again: the variables of its UEFI lie beside its first disk. */
function varsOf(
  { firmware }: VmWish,
  { disks, hasVars }: VmFacts,
  folder: AbsPath,
): { file: AbsPath; isThere: boolean } {
  const kept = keptDisk(disks);
  if (kept === undefined) return { file: under(folder, 'uefi-vars.fd'), isThere: false };
  return { file: varsBeside(kept, firmware), isThere: hasVars };
}

const copyVars = (wish: VmWish, to: AbsPath): Step => ({
  why: 'Make the variables of the UEFI',
  kind: 'run',
  argv: ['cp', uefiOf({ arch: wish.arch, secureBoot: wish.firmware === 'secure' }).vars, to],
});

const stickId = 'stick';

/** A floppy of ours asks the image server at each start, and stays. */
function takeOutOf(medium: VmFacts['medium'], socket: AbsPath): VmPlan['takeOut'] {
  if (medium.kind === 'cd')
    return { socket, command: { execute: 'eject', arguments: { id: 'drive-cd0', force: true } } };
  if (medium.kind === 'usb') return { socket, command: { execute: 'device_del', arguments: { id: stickId } } };
  return undefined;
}

function machineOf(wish: VmWish, facts: VmFacts, lent: Lent, tftp: AbsPath | undefined): Machine {
  const { who, medium } = facts;
  const { bus, sectorBytes } = wish;
  const disks = facts.disks.map((disk, at): Disk => {
    const format = disk.kind === 'file' ? disk.format : 'qcow2';
    return { file: fileOf(disk, at, lent.folder), format, bus, sectorBytes, isKept: disk.kind === 'file' };
  });
  const stick: Disk[] =
    medium.kind === 'usb' ? [{ file: medium.file, bus: 'usb', removable: true, isCopied: true, id: stickId }] : [];
  const nic: Nic = {
    model: 'virtio-net-pci',
    mac: who.mac,
    tap: lent.tap,
    own: lent.tap ? undefined : ownOf(facts, tftp, wish),
  };
  return {
    name: who.host ?? 'vm',
    arch: wish.arch,
    firmware: wish.firmware === 'bios' ? 'bios' : 'uefi',
    secureBoot: wish.firmware === 'secure',
    memoryMb: wish.memoryMb,
    cpus: wish.cpus,
    bootFrom: ({ pxe: 'network', disk: 'disk', usb: 'disk', cd: 'cd', floppy: 'floppy' } as const)[medium.kind],
    disks: [...stick, ...disks],
    floppies: medium.kind === 'floppy' ? [medium.file] : [],
    cds: medium.kind === 'cd' ? [medium.file] : [],
    nics: [nic],
    noReboot: false,
    screen: wish.screen,
  };
}

/** iPXE of a PC's card takes its script from the image server; UEFI takes shim, which loads grub. */
function ownOf({ who, medium, config }: VmFacts, tftp: AbsPath | undefined, { arch }: VmWish): OwnNetwork {
  const { host, domain } = who;
  if (medium.kind !== 'pxe') return { host, domain };
  const script = `http://${ownServer}:${config.ports.http}/boot.ipxe`;
  return { host, domain, tftp, bootFile: tftp ? shimOf[arch] : script };
}

const shimOf = { amd64: 'shimx64.efi', arm64: 'shimaa64.efi' } as const satisfies Record<
  string,
  keyof typeof signedFiles
>;

/** The files for grub, in which the image server has the address of QEMU's own network. */
export async function grubOf({ config, knows }: Pick<VmFacts, 'config' | 'knows'>): Promise<Map<string, string>> {
  const { ports, append } = config;
  return grubFiles(await knows(), { address: ownServer, httpPort: ports.http, rsyncPort: ports.rsync, append });
}

function tftpSteps({ paths }: VmFacts, tftp: AbsPath, grub: Map<string, string>): Step[] {
  return [
    { why: 'Make the folder of the TFTP server', kind: 'mkdir', at: here(under(tftp, 'grub')) },
    ...planSignedFiles({ tftp, boot: paths.boot }),
    ...planGrubFiles({ tftp }, new Map(), grub),
  ];
}
