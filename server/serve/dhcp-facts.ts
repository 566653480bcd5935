import { ipxeFiles, neededIpxe } from '../../common/boot/firmware-files.ts';
import { UserError } from '../../common/system/errors.ts';
import type { Io } from '../../common/system/io.ts';
import { under } from '../../common/system/place.ts';
import { bootsByGrub, signedFolders } from '../netboot/signed-files.ts';
import { ipv4Of, type ServerCard } from '../config/networks.ts';
import { findDhcpServer } from './dhcp-probe.ts';
import type { DhcpMode } from './dnsmasq-conf.ts';
import { ipxeFolder } from './plan.ts';
import type { DhcpFacts, ServeFacts } from './serve-facts.ts';
import { dnsmasqUser } from './service-user.ts';

/** What the DHCP service needs, found and checked. */
export async function dhcpFacts(
  io: Io,
  wish: { mode: DhcpMode; interface: string | undefined },
  cards: readonly ServerCard[],
  { paths, config }: Pick<ServeFacts, 'paths' | 'config'>,
): Promise<DhcpFacts> {
  if (wish.interface === undefined)
    throw new UserError(
      '--dhcp needs an interface',
      'Name the interface of the network where machines boot: --interface eth1',
    );
  const there = (await io.list(ipxeFolder)) ?? [];
  const ipxe = ipxeFiles.filter((name) => there.includes(name));
  for (const name of neededIpxe)
    if (!ipxe.includes(name)) throw new UserError(`${under(ipxeFolder, name)} is missing`, 'Run: apt-get install ipxe');
  const signed = await signedFolders(io, paths, bootsByGrub(config.dhcp.secure_boot, ipxe, wish.mode === 'proxy'));
  const user = await dnsmasqUser(io, [paths.tftp, ...signed]);
  return {
    mode: wish.mode,
    card: ipv4Of(wish.interface, cards),
    user,
    ipxe,
    proxiesHttp: wish.mode === 'proxy' && (await knowsPxeVendor(io)),
  };
}

/** dnsmasq knows the option for this since version 2.83; --help lists the options of the program that is installed. */
async function knowsPxeVendor(io: Io): Promise<boolean> {
  const { stdout } = await io.run({ argv: ['dnsmasq', '--help'], limitMs: 10_000 });
  return stdout.includes('--dhcp-pxe-vendor');
}

/** What an administrator should know of these facts, a line each. */
export function dhcpRemarks({ mode, ipxe, user, proxiesHttp }: DhcpFacts, secureBoot: boolean): string[] {
  const isProxy = mode === 'proxy';
  const lines = [];
  if (!ipxe.includes('ipxe-arm64.efi'))
    lines.push(
      `${ipxeFolder} has no ipxe-arm64.efi (Debian 13 has the file): arm64 machines ${isProxy ? 'do not boot from the network beside another DHCP server' : 'boot by grub'}, and cannot boot iPXE by HTTP`,
    );
  if (isProxy && secureBoot)
    lines.push(
      'beside another DHCP server, machines with Secure Boot boot only by UEFI HTTP boot: by TFTP, grub would look for its files on that server',
    );
  if (isProxy && !proxiesHttp)
    lines.push(
      'this dnsmasq is older than version 2.83: as a proxy, it does not answer UEFI HTTP boot; by PXE, machines boot all the same',
    );
  if (user === 'root') lines.push('dnsmasq stays root: other users cannot reach the files that dnsmasq offers by TFTP');
  return lines;
}

/** Refuses to hand out addresses if another DHCP server does. */
export async function refuseSecondDhcp({ card, mode }: DhcpFacts, say: (line: string) => void): Promise<void> {
  if (mode === 'none') return;
  say(`looking for other DHCP servers on ${card.card}`);
  const other = await findDhcpServer(card);
  if (mode === 'proxy') {
    if (other === undefined) say(`no DHCP server answers on ${card.card} yet; proxy mode needs one for the addresses`);
    return;
  }
  if (other !== undefined)
    throw new UserError(
      `the DHCP server ${other} already answers on ${card.card}`,
      'Use --dhcp=proxy to boot machines beside it, or write its configuration with mkdhcpserver.',
    );
}
