import type { Scene } from '../scene.ts';
import { filesystems } from './filesystems.ts';

/** Everything that the lab tests, in this order. */
export const scenes: Scene[] = [...filesystems];
