import type { FuzzTarget } from '../target.ts';
import { builderTargets } from './builder.ts';
import { clientTargets } from './client.ts';
import { commonTargets } from './common.ts';
import { machineTargets } from './machine.ts';
import { serverTargets } from './server.ts';

/** Every parser of what others write. */
export const fuzzTargets: readonly FuzzTarget[] = [
  ...commonTargets,
  ...machineTargets,
  ...clientTargets,
  ...serverTargets,
  ...builderTargets,
];
