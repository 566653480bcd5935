import { extFamily } from './shared/ext.ts';

/** ext4: the usual filesystem of Linux. */
export const ext4 = extFamily('ext4');
