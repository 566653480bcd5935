import type { GrubPlatform } from './grub-names.ts';

/** How loaders of a platform end their names, also that of the removable path: UEFI Specification 2.10, section 3.5.1.1. */
export const efiSuffix: Record<GrubPlatform, string> = {
  'i386-pc': '',
  'x86_64-efi': 'x64',
  'i386-efi': 'ia32',
  'arm64-efi': 'aa64',
};

/** The name that every UEFI starts from EFI/BOOT of a disk. */
export const removableName = (platform: GrubPlatform) => `BOOT${efiSuffix[platform].toUpperCase()}.EFI`;
