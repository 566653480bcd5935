import { rsync } from './rsync.ts';
import type { Transport } from './transport.ts';

/** Every transport; the first is the default. */
export const transports: [Transport, ...Transport[]] = [rsync];
