import { autoinstallCd, autoinstallDiskette, autoinstallUsb, bootServerFolder } from '../../test/assets/media.ts';
import type { RowContext } from '../../test/boot/harness/row.ts';
import type { Wish } from '../../test/boot/harness/vm.ts';
import { wireNetwork } from '../../test/boot/harness/wire.ts';
import { foreignDhcp } from '../../test/boot/parts/dhcp.ts';
import { type Site, web1 } from '../../test/boot/parts/site.ts';

/** What a medium boots, and the first line of its own programs on the console. */
export type Kernel = { kernel: string; initrd: string; firstLine: string };

const cfg = `HOSTNAME=${web1.host}\nIPADDR=${web1.ip}\nNETMASK=${wireNetwork.netmask}\nIMAGESERVER=${wireNetwork.server}\n`;
const cd = (test: RowContext, { root }: Site) => autoinstallCd(test.scratch, root, cfg, '');
const asCd = async (test: RowContext, site: Site): Promise<Wish> => ({ bootFrom: 'cd', cds: [await cd(test, site)] });
const stick = (file: string): Wish => ({ disks: [{ file, bus: 'usb', removable: true, isCopied: true }] });
const asStick = async (test: RowContext, site: Site) => stick(await cd(test, site));
const asUsb = async ({ scratch }: RowContext, { root }: Site) => stick(await autoinstallUsb(scratch, root, cfg, []));

/** A way from the switch of a machine to BOEL: what `serve` does of DHCP, and the machine. */
export type Way = { name: string; dhcp?: boolean | 'none'; wish(test: RowContext, site: Site): Promise<Wish> };

const uefi = { firmware: 'uefi' } as const;
const secure = { ...uefi, secureBoot: true } as const;
const network = async (): Promise<Wish> => ({ bootFrom: 'network' });

/** Every way that is measured. The ways differ in medium and firmware only: what they load lies in the root of the image server. */
export const ways: readonly Way[] = [
  { name: 'CD, BIOS', wish: asCd },
  { name: 'CD, UEFI', wish: async (test, site) => ({ ...uefi, ...(await asCd(test, site)) }) },
  { name: 'CD, Secure Boot', wish: async (test, site) => ({ ...secure, ...(await asCd(test, site)) }) },
  { name: 'CD as a stick, BIOS', wish: asStick },
  { name: 'CD as a stick, UEFI', wish: async (test, site) => ({ ...uefi, ...(await asStick(test, site)) }) },
  { name: 'mkautoinstallusb, BIOS', wish: asUsb },
  { name: 'mkautoinstallusb, UEFI', wish: async (test, site) => ({ ...uefi, ...(await asUsb(test, site)) }) },
  {
    name: 'floppy, BIOS: iPXE by HTTP',
    wish: async (test) => ({ bootFrom: 'floppy', floppies: [await autoinstallDiskette(test.scratch, [], cfg)] }),
  },
  { name: 'network, BIOS: iPXE by HTTP', dhcp: true, wish: network },
  {
    name: 'network, BIOS: pxelinux by TFTP',
    dhcp: 'none',
    async wish(test, { root, wire }) {
      const folder = await bootServerFolder(test.scratch, root, ['-server', wireNetwork.server, '-default', 'install']);
      const { mac, ip, host: name } = web1;
      await foreignDhcp(test, wire, { mac, ip, name, boot: { folder, file: 'pxelinux.0' } });
      return network();
    },
  },
  { name: 'network, UEFI: iPXE by HTTP', dhcp: true, wish: async () => ({ ...uefi, ...(await network()) }) },
  { name: 'network, Secure Boot: grub by TFTP', dhcp: true, wish: async () => ({ ...secure, ...(await network()) }) },
];
