import type { Bootloader } from './bootloader.ts';
import { extlinux } from './extlinux.ts';
import { grub } from './grub.ts';
import { systemdBoot } from './systemd-boot.ts';

/** Every boot loader; `boot` takes the first that the image uses. grub is last: many images have its programs unused. */
export const bootloaders: Bootloader[] = [systemdBoot, extlinux, grub];
