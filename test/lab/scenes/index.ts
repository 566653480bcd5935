import type { Scene } from '../scene.ts';
import { badInput } from './bad-input.ts';
import { filesystems } from './filesystems.ts';
import { fits } from './fit.ts';
import { identity } from './identity.ts';
import { keep } from './keep.ts';
import { assigning } from './assign.ts';
import { leftovers } from './leftovers.ts';
import { tables } from './tables.ts';
import { volumes } from './volumes.ts';

/** Everything that the lab tests, in this order. */
export const scenes: Scene[] = [
  ...filesystems,
  ...tables,
  ...fits,
  ...keep,
  ...assigning,
  ...leftovers,
  ...badInput,
  ...volumes,
  ...identity,
];
