import { type MountingFacts, planMount } from '../../install/target/plan-mount.ts';
import { probeMounts, probeSwaps } from '../../machine/use.ts';
import { targetRoot, type Verb } from './verb.ts';

/** Mounts the layout's filesystems below /a, where they stay until the machine restarts. */
export const mount: Verb<MountingFacts> = {
  name: 'mount',
  summary: `mount the filesystems of the layout below ${targetRoot}, and turn on its swap areas`,
  declare: (command) => command,
  needs: { programs: {}, modules: [] },
  probe: async ({ io }) => ({ mounts: await probeMounts(io), swaps: await probeSwaps(io) }),
  plan: (facts, state) => ({ steps: planMount(facts, state, targetRoot) }),
};
