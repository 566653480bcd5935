import { type FstabFacts, planFstab, probeFstab } from '../../install/fstab/plan-fstab.ts';
import { checkMounted } from '../../install/target/mounted.ts';
import { targetRoot, type Verb } from './verb.ts';

/** boel fstab: gives /etc/fstab of the target the mounts of the layout; the image keeps its own on the server. */
export const fstab: Verb<FstabFacts> = {
  name: 'fstab',
  summary: 'write the mounts of the layout to /etc/fstab, put the new UUIDs into other files, and make swap files',
  declare: (command) => command,
  needs: { programs: {}, modules: [] },
  async probe({ io, state }) {
    await checkMounted(io, state, targetRoot);
    return probeFstab(io, targetRoot, state);
  },
  plan: (facts, state) => planFstab(facts, targetRoot, state, state.image?.name),
};
