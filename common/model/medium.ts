import type { AbsPath } from '../system/place.ts';

/** What a medium is called: 24 hexadecimal digits, made from what the medium boots. MEDIUM has them on BOEL's kernel command line. */
export const mediumId: RegExp = /^[0-9a-f]{24}$/i;

/**
 * The file by which a medium is known, whatever else is attached to the machine: grub looks for the file in the root of the filesystem
 * with kernel and initrd, BOEL in the folder with images. A stick has two filesystems for these, a CD one.
 */
export const markerName = (id: string): string => `boel-${id}`;

/**
 * The file in the root of a system that was installed by a medium: while this medium stays in its drive, the machine starts its own
 * disk. No image holds the file.
 */
export const installedName = (id: string): string => `.boel-${id}`;

/** Where BOEL mounts the medium that holds images. */
export const mediumFolder: AbsPath = '/run/boel/medium';

/** The folder of a medium that holds images; below it: images/NAME.pack, scripts/, overrides.pack, boot/ARCH/grub/. */
export const offlineFolder = 'systemimager';

/** The pack with overrides: its tar holds overrides/KIND/NAME/. */
export const overridesPack = 'overrides.pack';
