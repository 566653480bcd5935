import { UserError } from '../../common/system/errors.ts';
import type { Inside } from '../../common/system/inside.ts';
import type { ReadIo } from '../../common/system/io.ts';
import type { AbsPath } from '../../common/system/place.ts';

/** Names of grub's platforms: GRUB manual, "Supported platforms". */
export type GrubPlatform = 'i386-pc' | 'i386-efi' | 'x86_64-efi' | 'arm64-efi';

/** The end of the names of a platform's loaders, also at the removable path: UEFI Specification 2.10, section 3.5.1.1. */
export const efiSuffix: Record<GrubPlatform, string> = {
  'i386-pc': '',
  'x86_64-efi': 'x64',
  'i386-efi': 'ia32',
  'arm64-efi': 'aa64',
};

/** The name that every UEFI starts from EFI/BOOT of a disk. */
export const removableName = (platform: GrubPlatform) => `BOOT${efiSuffix[platform].toUpperCase()}.EFI`;

/** Where distributions keep the files of grub's platforms; the second is SUSE's. */
const platformFolders: AbsPath[] = ['/usr/lib/grub', '/usr/share/grub2', '/usr/lib/grub2', '/usr/lib64/grub'];

/** True if the image has the files that grub-install needs for a platform. */
export async function hasPlatformFiles(tree: Inside, platform: GrubPlatform): Promise<boolean> {
  const files = platformFolders.map((folder): AbsPath => `${folder}/${platform}/kernel.img`);
  return (await tree.firstOf(files)) !== undefined;
}

const efiPlatforms: Partial<Record<NodeJS.Architecture, Record<string, GrubPlatform>>> = {
  x64: { '64': 'x86_64-efi', '32': 'i386-efi' },
  arm64: { '64': 'arm64-efi' },
};

/** grub's platform for this machine; a 64-bit processor may have a 32-bit UEFI (sysfs firmware/efi/fw_platform_size). */
export async function platformOf(io: ReadIo, firmware: 'bios' | 'uefi'): Promise<GrubPlatform> {
  if (firmware === 'bios') return 'i386-pc';
  const bits = (await io.readText('/sys/firmware/efi/fw_platform_size'))?.trim() ?? '64';
  const platform = efiPlatforms[process.arch]?.[bits];
  if (platform) return platform;
  throw new UserError(
    `grub has no platform for a ${bits}-bit UEFI on ${process.arch}`,
    'Use `boel finish shell`, and install a boot loader by hand.',
  );
}
