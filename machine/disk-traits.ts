import path from 'node:path';
import type { DiskTraits } from '../common/model/disk-origin.ts';
import type { ReadIo } from '../common/system/io.ts';
import { absPath, type AbsPath, under } from '../common/system/place.ts';

/** The kernel's folder of all block devices, with `!` for a slash in a name (Documentation/ABI/stable/sysfs-block). */
export const blockDir: AbsPath = '/sys/class/block';

/** The traits that tell to which machine the disk with this name below {@link blockDir} belongs. */
export async function probeTraits(io: ReadIo, name: string): Promise<DiskTraits & { sysPath: string }> {
  const dir = under(blockDir, name);
  const text = async (at: AbsPath) => (await io.readText(at).catch(() => undefined))?.trim() || undefined;
  const sysPath = path.posix.resolve(blockDir, (await io.readLink(dir)) ?? `../../block/${name}`);
  const [, host] = /\/(host\d+)\//.exec(sysPath) ?? [];
  return {
    name: name.replaceAll('!', '/'),
    sysPath,
    transport: name.startsWith('nvme') ? await nvmeTransport(io, under(dir, 'device'), text) : undefined,
    hostDriver: host && (await text(under('/sys/class/scsi_host', host, 'proc_name'))),
    cardType: await text(under(dir, 'device', 'type')),
    model: await text(under(dir, 'device', 'model')),
    isRemovable: (await text(under(dir, 'removable'))) === '1',
    isRamDisk: await isRamDisk(sysPath, text),
  };
}

/**
 * UEFI tells of a RAM disk as of memory that keeps its content, but this memory belongs to no module of the machine (ACPI 6.5,
 * 5.2.25.2: a virtual disk region; Linux Documentation/ABI/testing/sysfs-bus-nfit).
 */
async function isRamDisk(sysPath: string, text: (at: AbsPath) => Promise<string | undefined>): Promise<boolean> {
  const [, region] = /^(\/.*\/ACPI0012:\d+\/ndbus\d+\/region\d+)\/namespace/.exec(sysPath) ?? [];
  return region !== undefined && (await text(under(absPath(region), 'mappings'))) === '0';
}

/** A namespace with several controllers stands below its subsystem, with links to them (Linux drivers/nvme/host/multipath.c). */
async function nvmeTransport(
  io: ReadIo,
  device: AbsPath,
  text: (at: AbsPath) => Promise<string | undefined>,
): Promise<string | undefined> {
  const controllers = ((await io.list(device)) ?? []).filter((one) => /^nvme\d+$/.test(one));
  const all = await Promise.all(
    [device, ...controllers.map((one) => under(device, one))].map((at) => text(under(at, 'transport'))),
  );
  return all.find((one) => one !== undefined && one !== 'pcie') ?? all.find(Boolean);
}
