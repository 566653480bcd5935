import { extFamily } from './shared/ext.ts';

/** ext3: ext2 with a journal. */
export const ext3 = extFamily('ext3');
