import path from 'node:path';
import { type Architecture, readArchitecture } from '../common/boot/architectures.ts';
import { parseSize } from '../common/model/layout/size.ts';
import { UserError } from '../common/system/errors.ts';
import { type AbsPath, absPath } from '../common/system/place.ts';
import { type MediumWish, readMedium } from './medium.ts';
import type { Console, Disk, Screen } from './qemu/machine.ts';

/** A disk as typed: a blank one that goes away with the machine, or a file, which is made where it is missing and a size is given. */
export type DiskWish =
  | { kind: 'blank'; sizeBytes: number }
  | { kind: 'file'; file: AbsPath; format: 'raw' | 'qcow2'; sizeBytes?: number };

export const firmwares = ['bios', 'uefi', 'secure'] as const;
export type Firmware = (typeof firmwares)[number];
export const buses = ['virtio', 'sata', 'scsi', 'nvme', 'usb'] as const satisfies readonly Disk['bus'][];

/** The flags of `vm` as typed. */
export type VmOptions = {
  medium: string;
  firmware?: Firmware;
  disk?: string[];
  bus: Disk['bus'];
  sector: '512' | '4096';
  memory: string;
  cpus: string;
  arch?: string;
  console?: string;
  vnc?: string;
  window?: boolean;
  bridge?: string;
  dryRun?: boolean;
};

/** What a person wants to start. */
export type VmWish = {
  host?: string;
  medium: MediumWish;
  arch: Architecture;
  firmware: Firmware;
  disks: DiskWish[];
  bus: Disk['bus'];
  sectorBytes: 512 | 4096;
  memoryMb: number;
  cpus: number;
  console: Console;
  screen?: Screen;
  bridge?: string;
};

/** The disk of a machine for which nobody names one. */
const usualDisk = '8G';
const mib = 1024 ** 2;

/** Reads the flags; UserError for what no machine can be. */
export function readWish(host: string | undefined, options: VmOptions, hasTerminal: boolean): VmWish {
  const { bus, bridge } = options;
  const medium = readMedium(options.medium);
  const arch = readArchitecture(options.arch);
  const firmware = options.firmware ?? (arch === 'arm64' ? 'uefi' : 'bios');
  if (arch === 'arm64' && firmware === 'bios')
    throw new UserError('an arm64 machine has no BIOS', 'Say --firmware uefi or --firmware secure.');
  if (arch === 'arm64' && medium.kind === 'floppy')
    throw new UserError('an arm64 machine has no floppy drive', 'Boot by --medium pxe, from a CD or from a USB stick.');
  const disks = (options.disk ?? (medium.kind === 'disk' ? [] : [usualDisk])).map(parseDisk);
  if (medium.kind === 'disk' && !disks.some((disk) => disk.kind === 'file'))
    throw new UserError(
      '--medium disk starts what a disk holds, and no --disk names a file',
      `Name the disk that was installed: --disk ${host ?? 'web1'}.qcow2`,
    );
  if (host === undefined && medium.kind === 'pxe')
    throw new UserError('no machine is named', 'Name a host of the image server, or a medium: --medium boel.iso');
  if (options.sector === '4096' && bus === 'sata')
    throw new UserError('QEMU has no SATA disk with sectors of 4096 bytes', 'Say --bus virtio, scsi, nvme or usb.');
  return {
    host,
    medium,
    arch,
    firmware,
    disks,
    bus,
    sectorBytes: options.sector === '4096' ? 4096 : 512,
    memoryMb: memoryOf(options.memory),
    cpus: cpusOf(options.cpus),
    console: consoleOf(options, hasTerminal),
    screen: screenOf(options),
    bridge,
  };
}

const sizeOf = (text: string) => (/[a-z]$/i.test(text) ? parseSize(text, 1) : undefined);

/** A disk as typed: 8G, FILE.qcow2, FILE.raw, or FILE.qcow2:8G. A guest can write any content, so only the name tells the format. */
export function parseDisk(text: string): DiskWish {
  const alone = sizeOf(text);
  if (alone !== undefined) return { kind: 'blank', sizeBytes: checkedSize(text, alone) };
  const [, before = text, after] = /^(.+):([^:/]+)$/.exec(text) ?? [];
  const sizeBytes = after === undefined ? undefined : sizeOf(after);
  const name = sizeBytes === undefined ? text : before;
  const format = name.endsWith('.qcow2') ? 'qcow2' : /\.(raw|img)$|^\/dev\//.test(name) ? 'raw' : undefined;
  if (format === undefined)
    throw new UserError(
      `--disk ${text} is neither a size nor a file whose name ends in .qcow2, .raw or .img`,
      'Write 8G for a disk that goes away with the machine, or FILE.qcow2:8G for a disk that stays.',
    );
  const size = sizeBytes === undefined ? {} : { sizeBytes: checkedSize(text, sizeBytes) };
  return { kind: 'file', file: absPath(path.resolve(name)), format, ...size };
}

function checkedSize(text: string, sizeBytes: number): number {
  if (sizeBytes >= mib) return sizeBytes;
  throw new UserError(`--disk ${text} makes a disk of less than 1 MiB`, 'Give a size such as 8G.');
}

function memoryOf(text: string): number {
  const bytes = sizeOf(text);
  if (bytes !== undefined && bytes >= 128 * mib) return Math.floor(bytes / mib);
  throw new UserError(`--memory ${text} is no size of at least 128M`, 'Give the memory as 1G or 1536M.');
}

function cpusOf(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw new UserError(`--cpus ${text} is no number of processors`, 'Give a number such as 2.');
}

function consoleOf({ console, dryRun, vnc, window }: VmOptions, hasTerminal: boolean): Console {
  if (console !== undefined) return { kind: 'file', file: absPath(path.resolve(console)) };
  if (hasTerminal || dryRun) return { kind: 'terminal' };
  if (vnc !== undefined || window) return { kind: 'none' };
  throw new UserError(
    'the console of the machine needs a terminal, and there is none',
    'Write the console to a file: --console FILE; or show a screen: --vnc :1',
  );
}

/** Without an address, only this computer can look: VNC here has no password. */
function screenOf({ vnc, window }: VmOptions): Screen | undefined {
  if (vnc === undefined) return window ? { kind: 'window' } : undefined;
  if (window) throw new UserError('--vnc and --window exclude each other', 'Give one of them.');
  const [, address = '', display] = /^([0-9A-Za-z.-]*):(\d{1,4})$/.exec(vnc) ?? [];
  if (display === undefined)
    throw new UserError(`--vnc ${vnc} is no display`, 'Write :1, or ADDRESS:1 for others than this computer.');
  return { kind: 'vnc', at: `${address || '127.0.0.1'}:${display}` };
}
