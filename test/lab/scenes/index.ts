import type { Scene } from '../scene.ts';
import { filesystems } from './filesystems.ts';
import { tables } from './tables.ts';

/** Everything that the lab tests, in this order. */
export const scenes: Scene[] = [...filesystems, ...tables];
