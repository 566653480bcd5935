import type { AbsPath } from '../../common/system/place.ts';
import type { GrubNames } from '../boot-files/grub-names.ts';
import type { EfiFacts } from './efi-entries.ts';
import type { GrubPlatform } from './platforms.ts';
import type { VendorEfi } from './vendor-efi.ts';

/** What of grub the image holds. */
export type GrubFacts = {
  names: GrubNames;
  platform: GrubPlatform;
  /** The image has the files of that platform; otherwise they come from the server. */
  hasPlatform: boolean;
  /** grub.cfg, its command lines true for this machine already. */
  config: string | undefined;
  /** Kernels have entries of their own, which grub.cfg has it read (Red Hat's blscfg). */
  readsEntries: boolean;
  /** Where that grub.cfg lies. */
  configPath: AbsPath;
  /** Signed loaders that the image brought, to be copied in place of a grub-install that would not sign. */
  copied: VendorEfi | undefined;
  /** The folder below EFI/ that is grub's in this distribution. */
  vendor: string;
  efi: EfiFacts | undefined;
  /** Debian's grub-install puts a signed shim in front of grub where the image has both. */
  hasShim: boolean;
  /** Filesystems of / and /boot that have no name in /dev/disk/by-uuid, which only udev makes. */
  unnamed: { uuid: string; node: AbsPath }[];
};
