import type { AbsPath } from '../../common/system/place.ts';
import type { GrubNames } from '../boot-files/grub-names.ts';
import type { EfiFacts } from './efi-entries.ts';
import type { GrubPlatform } from './platforms.ts';
import type { VendorEfi } from './vendor-efi.ts';

/** The parts of grub in the image. */
export type GrubFacts = {
  names: GrubNames;
  platform: GrubPlatform;
  /** The image has the files of that platform; otherwise they come from the server. */
  hasPlatform: boolean;
  /** grub.cfg, its command lines true for this machine already. */
  config: string | undefined;
  /** Kernels have entries in files of their own, which grub.cfg makes grub read (Red Hat's blscfg). */
  readsEntries: boolean;
  /** The path of that grub.cfg. */
  configPath: AbsPath;
  /** Signed loaders of the image, to be copied, because grub-install would make loaders without a signature. */
  copied: VendorEfi | undefined;
  /** The folder of grub below EFI/ in this distribution. */
  vendor: string;
  efi: EfiFacts | undefined;
  /** The image has a signed shim and a signed grub: Debian's grub-install puts this shim in front of grub. */
  hasShim: boolean;
  /** Filesystems of / and /boot that have no name in /dev/disk/by-uuid, which only udev makes. */
  unnamed: { uuid: string; node: AbsPath }[];
};
