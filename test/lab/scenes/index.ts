import type { Scene } from '../scene.ts';
import { filesystems } from './filesystems.ts';
import { fits } from './fit.ts';
import { keep } from './keep.ts';
import { assigning } from './assign.ts';
import { tables } from './tables.ts';
import { volumes } from './volumes.ts';

/** Everything that the lab tests, in this order. */
export const scenes: Scene[] = [...filesystems, ...tables, ...fits, ...keep, ...assigning, ...volumes];
