import { UserError } from '../../common/system/errors.ts';
import type { Inside } from '../../common/system/inside.ts';
import type { ReadIo } from '../../common/system/io.ts';
import type { AbsPath } from '../../common/system/place.ts';

/** Names of grub's platforms: GRUB manual, "Supported platforms". */
export type GrubPlatform = 'i386-pc' | 'i386-efi' | 'x86_64-efi' | 'arm64-efi';

/** How the image's distribution calls grub's programs and its folder. */
export type GrubNames = {
  install: string;
  mkconfig: string | undefined;
  folder: AbsPath;
  /** Red Hat's grub2-install stops on UEFI: their signed loader comes as a file in a package. */
  refusesUefi: boolean;
};

/** Debian, Arch and Gentoo say grub-install and /boot/grub; Red Hat and SUSE grub2-install and /boot/grub2. */
export async function grubNames(tree: Inside): Promise<GrubNames | undefined> {
  for (const prefix of ['grub', 'grub2']) {
    // The shell of GRUB 0.97, whose grub-install knows none of this.
    if (prefix === 'grub' && (await tree.firstOf(['/sbin/grub', '/usr/sbin/grub']))) continue;
    if (!(await tree.firstOf([`/usr/sbin/${prefix}-install`, `/sbin/${prefix}-install`, `/usr/bin/${prefix}-install`])))
      continue;
    const mkconfig = `${prefix}-mkconfig`;
    const has = await tree.firstOf([`/usr/sbin/${mkconfig}`, `/sbin/${mkconfig}`, `/usr/bin/${mkconfig}`]);
    return {
      install: `${prefix}-install`,
      mkconfig: has && mkconfig,
      folder: `/boot/${prefix}`,
      refusesUefi:
        prefix === 'grub2' && (await tree.firstOf(['/etc/redhat-release', '/etc/system-release'])) !== undefined,
    };
  }
  return undefined;
}

/** Where distributions keep the files of grub's platforms; the second is SUSE's. */
const platformFolders: AbsPath[] = ['/usr/lib/grub', '/usr/share/grub2', '/usr/lib/grub2', '/usr/lib64/grub'];

/** True where the image has what grub-install needs for a platform. */
export async function hasPlatformFiles(tree: Inside, platform: GrubPlatform): Promise<boolean> {
  const files = platformFolders.map((folder): AbsPath => `${folder}/${platform}/kernel.img`);
  return (await tree.firstOf(files)) !== undefined;
}

/** True where the image has grub's programs and a menu that they wrote: then it starts by grub, whatever else lies there. */
export async function startsByGrub(tree: Inside): Promise<boolean> {
  const names = await grubNames(tree);
  return names !== undefined && (await tree.exists(`${names.folder}/grub.cfg`));
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
