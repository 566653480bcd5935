import { mergeNeeds } from '../../common/model/needs.ts';
import { UserError } from '../../common/system/errors.ts';
import { filesystemOf, filesystems } from '../../install/filesystems/index.ts';
import { umountAll } from '../../install/target/plan-mount.ts';
import type { MountFacts } from '../../common/system/mountinfo.ts';
import { probeMounts, probeSwaps } from '../../machine/use.ts';
import type { Verb } from './verb.ts';

type Facts = { mounts: MountFacts[]; swaps: string[] };

/** Makes every filesystem and swap area of the layout, except on kept partitions. */
export const mkfs: Verb<Facts> = {
  name: 'mkfs',
  summary: 'make the filesystems and swap areas of the layout',
  declare: (command) => command,
  needs: mergeNeeds(filesystems.map((one) => one.needs)),
  probe: async ({ io }) => ({ mounts: await probeMounts(io), swaps: await probeSwaps(io) }),
  plan(facts, state) {
    const wishes = state.filesystems.filter((wish) => !wish.keep);
    for (const { node } of wishes) {
      const mount = facts.mounts.find((one) => one.source === node);
      if (mount)
        throw new UserError(`${node} is mounted on ${mount.dir}`, `Run: ${umountAll(mount.dir, facts.mounts)}`);
      if (facts.swaps.includes(node)) throw new UserError(`${node} is an active swap area`, `Run: swapoff ${node}`);
    }
    return { steps: wishes.flatMap((wish) => filesystemOf(wish.type).make(wish)) };
  },
};
