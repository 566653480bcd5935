import { extFamily } from './shared/ext.ts';

/** ext2: no journal; for /boot and old machines. */
export const ext2 = extFamily('ext2');
