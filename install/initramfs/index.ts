import { dracut } from './dracut.ts';
import { initramfsTools } from './initramfs-tools.ts';
import type { InitramfsMaker } from './maker.ts';

/** Every maker; dracut comes first because its Debian package brings an update-initramfs of its own. */
export const initramfsMakers: InitramfsMaker[] = [dracut, initramfsTools];
