import { type IpxeFile, ipxeFiles } from '../../common/boot/firmware-files.ts';

/** DHCP option of the image server's address, as text: the first site-specific one (RFC 3942). */
export const imageServerOption = 224;

/**
 * Client system architecture types (option 93) that get a boot file: RFC 4578 section 2.1 and IANA's registry. 7 and 9 are both
 * in use for x64; 16 and 19 are x64 and arm64 that boot by HTTP. `csa` is dnsmasq's name for pxe-service. `signed` is the file
 * for firmware with Secure Boot, which refuses iPXE, and for firmware whose iPXE this server lacks; HTTP boot has none, because grub
 * would ask port 80 for its next file.
 */
type Firmware = { tag: string; number: number; file: IpxeFile; signed?: string; csa?: string; byHttp: boolean };
const architectures: Firmware[] = [
  { tag: 'bios', number: 0, file: 'undionly.kpxe', csa: 'x86PC', byHttp: false },
  { tag: 'efi64', number: 7, file: 'snponly.efi', signed: 'shimx64.efi', csa: 'BC_EFI', byHttp: false },
  { tag: 'efi64', number: 9, file: 'snponly.efi', signed: 'shimx64.efi', csa: 'X86-64_EFI', byHttp: false },
  { tag: 'arm64', number: 11, file: 'ipxe-arm64.efi', signed: 'shimaa64.efi', csa: 'ARM64_EFI', byHttp: false },
  { tag: 'http64', number: 16, file: 'snponly.efi', byHttp: true },
  { tag: 'httparm64', number: 19, file: 'ipxe-arm64.efi', byHttp: true },
];

/** The boot file of each tag, and the boot file that a proxy offers to each kind of firmware. */
export function bootFiles({ secureBoot }: Pick<BootSource, 'secureBoot'>, ipxe: readonly IpxeFile[] = ipxeFiles) {
  const known = architectures.flatMap((one) => {
    const hasIpxe = ipxe.includes(one.file);
    if (one.signed !== undefined && (secureBoot === true || !hasIpxe)) return { ...one, file: one.signed };
    return hasIpxe ? one : [];
  });
  const byTag = [...new Map(known.map((one) => [one.tag, one])).values()];
  return {
    matches: known.map(({ tag, number }) => ({ tag, number })),
    byTftp: byTag.filter((one) => !one.byHttp).map(({ tag, file }) => ({ tag, file })),
    byHttp: byTag.filter((one) => one.byHttp).map(({ tag, file }) => ({ tag, file })),
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

/** How the machine that boots reaches the image server, and whether UEFI gets programs that Secure Boot accepts. */
export type BootSource = { imageServer: string; httpPort: number; secureBoot?: boolean };

/** The URL of the script that iPXE itself gets, on any firmware. */
export function ipxeScript({ imageServer, httpPort }: Pick<BootSource, 'imageServer' | 'httpPort'>): string {
  return `http://${imageServer}:${httpPort}/boot.ipxe`;
}

/** Each kind of firmware with its numbers and its boot file. */
export function bootClients(source: BootSource): BootClient[] {
  const { imageServer, httpPort } = source;
  const { byTftp, byHttp, matches } = bootFiles(source);
  const numbersOf = (tag: string) => matches.filter((one) => one.tag === tag).map((one) => one.number);
  const url = (file: string) => `http://${imageServer}:${httpPort}/ipxe/${file}`;
  return [
    ...byTftp.map(({ tag, file }) => ({ tag, numbers: numbersOf(tag), bootFile: file, byHttp: false })),
    ...byHttp.map(({ tag, file }) => ({ tag, numbers: numbersOf(tag), bootFile: url(file), byHttp: true })),
  ];
}
