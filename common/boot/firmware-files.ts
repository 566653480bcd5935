import type { Architecture } from './architectures.ts';

/**
 * iPXE for BIOS and for UEFI, as Debian's package ipxe names the files. The first two use the firmware's network driver, which
 * has just proved to work; for arm64, Debian has only an iPXE with drivers of its own, and only since Debian 13.
 */
export const ipxeFiles = ['undionly.kpxe', 'snponly.efi', 'ipxe-arm64.efi'] as const;
export type IpxeFile = (typeof ipxeFiles)[number];

/** The iPXE files that every server for network boots must have. */
export const neededIpxe: readonly IpxeFile[] = ['undionly.kpxe', 'snponly.efi'];

/**
 * Files that firmware with Secure Boot starts, by the name that the firmware asks for. shim looks for grub beside shim, and for
 * MokManager (mmx64.efi), which enrols keys of the machine's owner.
 */
export const signedFiles: Record<string, { arch: Architecture; from: string }> = {
  'shimx64.efi': { arch: 'amd64', from: 'shim/shimx64.efi.signed' },
  'grubx64.efi': { arch: 'amd64', from: 'x86_64-efi-signed/grubnetx64.efi.signed' },
  'mmx64.efi': { arch: 'amd64', from: 'shim/mmx64.efi.signed' },
  'shimaa64.efi': { arch: 'arm64', from: 'shim/shimaa64.efi.signed' },
  'grubaa64.efi': { arch: 'arm64', from: 'arm64-efi-signed/grubnetaa64.efi.signed' },
  'mmaa64.efi': { arch: 'arm64', from: 'shim/mmaa64.efi.signed' },
};
