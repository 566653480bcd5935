import type { ServerConfig } from '../config/server-toml.ts';
import { type IpxeFile, ipxeFiles } from '../../common/boot/firmware-files.ts';

/** DHCP option of the image server's address, as text: the first site-specific one (RFC 3942). */
export const imageServerOption = 224;

/**
 * Client system architecture types (option 93) that get a boot file: RFC 4578 section 2.1 and IANA's registry. 7 and 9 are both
 * in use for x64; 16 and 19 are x64 and arm64 that boot by HTTP. `csa` is dnsmasq's name for pxe-service. `signed` is the file
 * for firmware with Secure Boot, which refuses iPXE, and for firmware whose iPXE this server lacks. By HTTP, the ISO takes this
 * place with Secure Boot (server/http/iso.ts): grub alone would ask port 80 for its next file.
 */
type Firmware = { tag: string; number: number; file: IpxeFile; signed?: string; iso?: string; csa?: string };
const architectures: Firmware[] = [
  { tag: 'bios', number: 0, file: 'undionly.kpxe', csa: 'x86PC' },
  { tag: 'efi64', number: 7, file: 'snponly.efi', signed: 'shimx64.efi', csa: 'BC_EFI' },
  { tag: 'efi64', number: 9, file: 'snponly.efi', signed: 'shimx64.efi', csa: 'X86-64_EFI' },
  { tag: 'arm64', number: 11, file: 'ipxe-arm64.efi', signed: 'shimaa64.efi', csa: 'ARM64_EFI' },
  { tag: 'http64', number: 16, file: 'snponly.efi', iso: 'boel.iso' },
  { tag: 'httparm64', number: 19, file: 'ipxe-arm64.efi', iso: 'boel-arm64.iso' },
];

/**
 * The boot file of each tag, and the boot file that a proxy offers to each kind of firmware. What comes by HTTP is a path on the
 * HTTP server. A proxy offers no shim by TFTP: grub would look for its files on the server that gave the address.
 */
export function bootFiles({ secureBoot, httpBoot, ipxe = ipxeFiles }: BootChoices, isProxy = false) {
  const getsIso = (httpBoot ?? (secureBoot === true ? 'iso' : 'ipxe')) === 'iso';
  const known = architectures.flatMap((one) => {
    const hasIpxe = ipxe.includes(one.file);
    if (one.iso !== undefined && getsIso) return { ...one, file: `iso/${one.iso}` };
    if (one.signed !== undefined && !isProxy && (secureBoot === true || !hasIpxe)) return { ...one, file: one.signed };
    if (!hasIpxe) return [];
    return one.iso === undefined ? one : { ...one, file: `ipxe/${one.file}` };
  });
  const byTag = [...new Map(known.map((one) => [one.tag, one])).values()];
  const ofKind = (byHttp: boolean) =>
    byTag.filter((one) => (one.iso !== undefined) === byHttp).map(({ tag, file }) => ({ tag, file }));
  return {
    matches: known.map(({ tag, number }) => ({ tag, number })),
    byTftp: ofKind(false),
    byHttp: ofKind(true),
    offers: known.flatMap(({ csa, file }) => (csa === undefined ? [] : [{ csa, file }])),
  };
}

/** What one kind of firmware gets. */
export type BootClient = {
  tag: string;
  /** Values of option 93. */
  numbers: number[];
  /** A name for TFTP, or a URL. */
  bootFile: string;
  /** UEFI that boots by HTTP expects its vendor class in the answer: HTTPClient (UEFI specification, 24.7). */
  byHttp: boolean;
};

/**
 * Whether UEFI gets programs that Secure Boot accepts, and what comes by HTTP: the ISO is for Secure Boot, too. `ipxe`: the iPXE
 * programs that the image server has; all, if nobody knows.
 */
export type BootChoices = {
  secureBoot?: boolean;
  httpBoot?: ServerConfig['dhcp']['http_boot'];
  ipxe?: readonly IpxeFile[];
};

/** How the machine that boots reaches the image server. */
export type BootSource = BootChoices & { imageServer: string; httpPort: number };

/** The URL of the script that iPXE itself gets, on any firmware. */
export function ipxeScript({ imageServer, httpPort }: Pick<BootSource, 'imageServer' | 'httpPort'>): string {
  return `http://${imageServer}:${httpPort}/boot.ipxe`;
}

/** Each kind of firmware with its numbers and its boot file. */
export function bootClients(source: BootSource): BootClient[] {
  const { imageServer, httpPort } = source;
  const { byTftp, byHttp, matches } = bootFiles(source);
  const numbersOf = (tag: string) => matches.filter((one) => one.tag === tag).map((one) => one.number);
  const url = (path: string) => `http://${imageServer}:${httpPort}/${path}`;
  return [
    ...byTftp.map(({ tag, file }) => ({ tag, numbers: numbersOf(tag), bootFile: file, byHttp: false })),
    ...byHttp.map(({ tag, file }) => ({ tag, numbers: numbersOf(tag), bootFile: url(file), byHttp: true })),
  ];
}
