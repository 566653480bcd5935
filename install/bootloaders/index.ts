import type { Bootloader } from './bootloader.ts';
import { grub } from './grub.ts';

/** Every boot loader; `boot` takes the first that the image uses. */
export const bootloaders: Bootloader[] = [grub];
