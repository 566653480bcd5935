import { blockName, blockNode } from '../common/model/device-names.ts';
import type { BusName } from '../common/model/layout/match.ts';
import { kernelSectorBytes } from '../common/model/layout/size.ts';
import type { DiskFacts, Machine, PartFacts } from '../common/model/machine.ts';
import type { ReadIo } from '../common/system/io.ts';
import { absPath, type AbsPath, under } from '../common/system/place.ts';
import { diskOrigin, isDrive } from '../common/model/disk-origin.ts';
import { blockDir, probeTraits } from './disk-traits.ts';
import { withReservations } from './reservation.ts';

/** Reads all disks, in the order of their paths in /sys (Linux Documentation/ABI/stable/sysfs-block). */
export async function probeDisks(io: ReadIo): Promise<DiskFacts[]> {
  const disks = await probeNames(io, (await io.list(blockDir)) ?? []);
  return disks.toSorted((a, b) => compareText(pathKey(a.path), pathKey(b.path)));
}

/** Reads the disks with these nodes, if present: a machine with dozens of disks need not be read whole. */
export async function probeDisksAt(io: ReadIo, nodes: readonly string[]): Promise<DiskFacts[]> {
  return probeNames(io, nodes.map(blockName));
}

async function probeNames(io: ReadIo, names: readonly string[]): Promise<DiskFacts[]> {
  const disks: DiskFacts[] = [];
  for (const name of names) {
    const dir = under(blockDir, name);
    // Drives whose media change are never targets, so nobody needs to see these drives.
    if (
      isDrive(blockNode(name)) ||
      (await io.lstat(under(dir, 'partition'))) ||
      !(await io.lstat(under(dir, 'device')))
    )
      continue;
    const disk = await probeDisk(io, name);
    if (disk) disks.push(disk);
  }
  return disks;
}

/** A kernel that UEFI firmware started has this directory; a kernel that a BIOS started has not. */
export async function probeFirmware(io: ReadIo): Promise<'bios' | 'uefi'> {
  return (await io.list('/sys/firmware/efi')) ? 'uefi' : 'bios';
}

/** All facts of the machine that a layout is fitted to. */
export async function probeMachine(io: ReadIo): Promise<Machine> {
  return { firmware: await probeFirmware(io), disks: await withReservations(io, await probeDisks(io)) };
}

async function probeDisk(io: ReadIo, name: string): Promise<DiskFacts | undefined> {
  const dir = under(blockDir, name);
  const text = async (...names: string[]) =>
    (await io.readText(under(dir, ...names)).catch(() => undefined))?.trim() ?? '';
  const number = async (...names: string[]) => Number((await text(...names)) || 0);
  // An NVMe path behind multipath is hidden and has no node.
  if ((await text('hidden')) === '1') return undefined;
  const traits = await probeTraits(io, name);
  const origin = diskOrigin(traits);
  if (origin.kind === 'made') return undefined;
  const real = traits.sysPath;
  const wwid = (await text('wwid')) || (await text('device', 'wwid'));
  return {
    node: blockNode(name),
    devno: await text('dev'),
    bytes: (await number('size')) * kernelSectorBytes,
    sectorBytes: (await number('queue', 'logical_block_size')) || kernelSectorBytes,
    optimalIoBytes: await number('queue', 'optimal_io_size'),
    origin,
    readOnly: (await number('ro')) === 1,
    path: real,
    serial: await serialOf(io, dir, real, text),
    wwn: /^(naa|eui|uuid|nvme)\./.test(wwid) ? wwid : '',
    model: (await text('device', 'model')) || (await text('device', 'name')),
    bus: busOf(name, real),
    parts: await probeParts(io, name),
  };
}

async function probeParts(io: ReadIo, disk: string): Promise<PartFacts[]> {
  const parts: PartFacts[] = [];
  for (const name of (await io.list(under(blockDir, disk))) ?? []) {
    if (!name.startsWith(disk)) continue;
    const value = async (key: string) => Number((await io.readText(under(blockDir, disk, name, key)))?.trim() ?? 0);
    const number = await value('partition');
    if (number === 0) continue;
    const [start, size] = [await value('start'), await value('size')];
    parts.push({
      number,
      node: blockNode(name),
      startBytes: start * kernelSectorBytes,
      sizeBytes: size * kernelSectorBytes,
    });
  }
  return parts.toSorted((a, b) => a.number - b.number);
}

/**
 * The serial number. virtio and NVMe give it as text, SCSI and ATA in the unit serial number page (SPC-4, section 7.8.14). The
 * kernel does not ask USB disks for that page, because too many of them hang; the USB device of such a disk has the number.
 */
async function serialOf(
  io: ReadIo,
  dir: AbsPath,
  real: string,
  text: (...names: string[]) => Promise<string>,
): Promise<string> {
  const said = (await text('serial')) || (await text('device', 'serial'));
  if (said) return said;
  const page = await io.read(under(dir, 'device', 'vpd_pg80')).catch(() => undefined);
  const headerBytes = 4;
  if (page)
    return page
      .subarray(headerBytes)
      .toString('latin1')
      .replaceAll(/[^\x20-\x7e]/g, '')
      .trim();
  // The directory of a USB interface, as 1-2:1.0, lies in the directory of its USB device.
  const names = real.split('/');
  const hub = names.findIndex((one) => /^usb\d+$/.test(one));
  const at = names.findIndex((one, index) => hub >= 0 && index > hub + 1 && /^[\d.-]+:\d+\.\d+$/.test(one));
  if (at < 0) return '';
  return (await io.readText(absPath(`${names.slice(0, at).join('/')}/serial`)))?.trim() ?? '';
}

function busOf(name: string, at: string): BusName {
  if (/\/usb\d+\//.test(at)) return 'usb';
  if (name.startsWith('mmcblk')) return 'mmc';
  if (name.startsWith('nvme')) return 'nvme';
  if (/\/ata\d+\//.test(at)) return 'sata';
  if (/\/target\d+:/.test(at)) return 'scsi';
  return /\/virtio\d+\//.test(at) ? 'virtio' : 'other';
}

/** PCI addresses are hexadecimal of fixed width and compare as text; other numbers compare as numbers. */
function pathKey(at: string): string {
  return at
    .split('/')
    .map((part) =>
      /^[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.\d$/.test(part)
        ? part
        : part.replaceAll(/\d+/g, (digits) => digits.padStart(12, '0')),
    )
    .join('/');
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
