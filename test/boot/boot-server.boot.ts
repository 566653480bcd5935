import path from 'node:path';
import { absPath } from '../../common/system/place.ts';
import { bootServerFolder } from '../assets/media.ts';
import { layouts } from '../assets/scripts.ts';
import { row, type RowContext } from './harness/row.ts';
import { byHttpOnly, type Wish } from './harness/vm.ts';
import { type Wire, wireNetwork } from './harness/wire.ts';
import { type ForeignDhcp, foreignDhcp } from './parts/dhcp.ts';
import { setting } from './parts/identify.ts';
import { makeSite, type Site, web1 } from './parts/site.ts';

const { base, server } = wireNetwork;
/** The machine with the folder; the image server is another machine, which offers no boot files. */
const foreign = `${base}2`;
const uefi: Wish = { firmware: 'uefi' };

/** How a folder of mkbootserver starts a machine: what the DHCP server names, and what the console shows. */
type Way = {
  byDefault: 'net' | 'install';
  boot: Omit<NonNullable<ForeignDhcp['boot']>, 'folder'>;
  machine: Wish;
  shows: string[];
};

const ways: Record<string, Way> = {
  'a folder by UEFI: iPXE by TFTP asks the image server': {
    byDefault: 'net',
    boot: { file: 'snponly.efi', ipxe: 'boot.ipxe' },
    machine: uefi,
    shows: ['Filename: boot.ipxe', 'web1 boots the installer', 'EFI stub: Loaded initrd'],
  },
  'a folder by Secure Boot: shim and grub by TFTP': {
    byDefault: 'install',
    boot: { file: 'shimx64.efi', ipxe: 'boot.ipxe' },
    machine: { ...uefi, secureBoot: true, memoryMb: 1024 },
    shows: ['secureboot: Secure boot enabled'],
  },
  'a folder by UEFI HTTP boot: iPXE, kernel and initrd from a plain HTTP server': {
    byDefault: 'install',
    boot: { file: `http://${foreign}/snponly.efi`, ipxe: `http://${foreign}/boot.ipxe` },
    machine: { ...uefi, extra: byHttpOnly },
    shows: [`URI: http://${foreign}/snponly.efi`, `Filename: http://${foreign}/boot.ipxe`, 'EFI stub: Loaded initrd'],
  },
};

async function boots(test: RowContext, site: Site, host: Pick<Wire, 'start'>, name: string, way: Way): Promise<void> {
  const { byDefault, boot, machine, shows } = way;
  const flags = ['-server', server, '-default', byDefault, '-append', 'ACTION=identify'];
  const folder = await bootServerFolder(test.scratch, site.root, flags);
  const dhcp = await foreignDhcp(test, host, { ...web1, name: web1.host, options: [], boot: { folder, ...boot } });
  const program = path.join(import.meta.dirname, 'parts/static-http.ts');
  const log = { logFile: absPath(path.join(test.logs, 'http.log')) };
  const http = await host.start([process.execPath, program, folder], log);
  try {
    const nics = [{ wire: site.wire }];
    const vm = await test.boot({ name, memoryMb: 512, noReboot: true, bootFrom: 'network', ...machine, nics });
    for (const text of shows) await vm.console(text, { withinS: 180 });
    await vm.console(setting('HOSTNAME', web1.host, 'DHCP'), { withinS: 240 });
    await vm.console(setting('IMAGESERVER', server, 'boot menu'));
    await vm.off();
  } finally {
    await http.stop();
    await dhcp.stop();
  }
}

export default row({
  name: 'a folder of mkbootserver starts machines from the TFTP and HTTP servers of somebody else',
  covers: ['builder/media/boot-server.ts', 'common/boot/', 'templates/'],
  seconds: 150,
  cases: Object.keys(ways),
  async run(test) {
    const site = await makeSite(test, { layout: layouts.oneExt4 });
    const host = await site.wire.neighbour(foreign);
    for (const [name, way] of Object.entries(ways))
      await test.case(name, () => boots(test, site, host, name.replaceAll(/\W+/g, '-'), way));
  },
});
