import { dracut } from './dracut.ts';
import { initramfsTools } from './initramfs-tools.ts';
import type { InitramfsMaker } from './maker.ts';
import { mkinitcpio } from './mkinitcpio.ts';
import { mkinitfs } from './mkinitfs.ts';

/** Every maker; dracut comes first because its Debian package brings an update-initramfs of its own. */
export const initramfsMakers: InitramfsMaker[] = [dracut, initramfsTools, mkinitcpio, mkinitfs];

/** Their names, for people. */
export const makerNames = initramfsMakers.map((one) => one.name).join(', ');
