import type { ReadIo } from '../../common/system/io.ts';
import { type AbsPath, absPath, under } from '../../common/system/place.ts';
import { readModalias } from '../../machine/modules.ts';

/** A device on the path of a disk in /sys, with the driver of the running kernel that serves the device. */
export type DiskDevice = { path: AbsPath; modalias: string; driver: string };

/** PCI bridges carry no data of their own: base class 06 in their modalias (PCI Code and ID Assignment). */
const isBridge = (modalias: string) => /^pci:.*bc06/.test(modalias);

/** The modules of drivers with another name, for drivers that are built in. */
const moduleOfDriver: Record<string, string> = {
  sd: 'sd_mod',
  mmcblk: 'mmc_block',
  storvsc: 'hv_storvsc',
  vbd: 'xen_blkfront',
  xhci_hcd: 'xhci_pci',
};

/** The devices along a disk's path in /sys, from the outermost in. */
export async function devicesOf(io: ReadIo, diskPath: AbsPath): Promise<DiskDevice[]> {
  const parts = diskPath.split('/').filter(Boolean);
  const found: DiskDevice[] = [];
  for (let length = 2; length <= parts.length; length += 1) {
    const path: AbsPath = `/${parts.slice(0, length).join('/')}`;
    const modalias = await readModalias(io, path);
    const driver = await io.readLink(under(path, 'driver'));
    if (!modalias || driver === undefined || isBridge(modalias)) continue;
    found.push({ path, modalias, driver: await driverModule(io, path, driver) });
  }
  return found;
}

async function driverModule(io: ReadIo, path: AbsPath, driver: string): Promise<string> {
  const link = await io.readLink(absPath(`${under(path, driver)}/module`));
  const name = (driver.split('/').pop() ?? '').replaceAll('-', '_');
  return link?.split('/').pop() ?? moduleOfDriver[name] ?? name;
}
