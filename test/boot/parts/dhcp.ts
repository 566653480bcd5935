import type { Child } from '../../../common/system/io.ts';
import { absPath } from '../../../common/system/place.ts';
import type { RowContext } from '../harness/row.ts';
import { type Wire, wireInterface, wireNetwork } from '../harness/wire.ts';

/** A DHCP and DNS server that is not ours: what it says of one machine. dnsmasq(8). */
export type ForeignDhcp = {
  mac: string;
  ip: string;
  /** DHCP option 12. */
  name?: string;
  /** What DNS answers when asked backwards for the address. */
  ptr?: string;
  /** Instead of the image server: --dhcp-option arguments, which it sends asked or not. */
  options?: string[];
  /** A boot file in the root folder of its TFTP server, or a URL; and the one for iPXE. */
  boot?: { folder: string; file: string; ipxe?: string };
};

/** Starts such a server on a wire, beside or instead of `serve --dhcp`. */
export async function foreignDhcp(test: RowContext, wire: Pick<Wire, 'start'>, wish: ForeignDhcp): Promise<Child> {
  const { base, server } = wireNetwork;
  const backwards = `${wish.ip.split('.').toReversed().join('.')}.in-addr.arpa`;
  const argv = [
    'dnsmasq',
    '--conf-file=/dev/null',
    '--keep-in-foreground',
    '--user=root',
    '--log-facility=-',
    '--log-dhcp',
    '--no-hosts',
    '--no-resolv',
    '--bind-interfaces',
    `--interface=${wireInterface}`,
    '--leasefile-ro',
    `--pid-file=${test.scratch}/dnsmasq.pid`,
    `--dhcp-range=${base}100,${base}110,1h`,
    `--dhcp-host=${[wish.mac, wish.ip, wish.name].filter(Boolean).join(',')}`,
    ...(wish.ptr ? [`--ptr-record=${backwards},${wish.ptr}`] : []),
    ...(wish.boot ? bootWords(wish.boot) : []),
    ...(wish.options ?? [`224,${server}`]).map((option) => `--dhcp-option-force=${option}`),
  ] as const satisfies readonly [string, ...string[]];
  return wire.start([...argv] as [string, ...string[]], { logFile: absPath(`${test.logs}/dnsmasq.log`) });
}

function bootWords({ folder, file, ipxe }: NonNullable<ForeignDhcp['boot']>): string[] {
  const tftp = ['--enable-tftp', `--tftp-root=${folder}`];
  if (ipxe === undefined) return [...tftp, `--dhcp-boot=${file}`];
  const byHttp = file.startsWith('http:') ? ['--dhcp-option-force=tag:!ipxe,option:vendor-class,HTTPClient'] : [];
  return [
    ...tftp,
    '--dhcp-userclass=set:ipxe,iPXE',
    `--dhcp-boot=tag:ipxe,${ipxe}`,
    `--dhcp-boot=tag:!ipxe,${file}`,
    ...byHttp,
  ];
}
