import { type ImageSource, openSource } from '../../install/source/image-source.ts';
import { type Override, planOverrides, probeOverrides } from '../../install/site/overrides.ts';
import { checkMounted, targetMounts } from '../../install/target/mounted.ts';
import { transports } from '../../install/transports/index.ts';
import { mergeNeeds } from '../../common/model/needs.ts';
import { membershipOf } from './groups.ts';
import { targetRoot, type Verb } from './verb.ts';

/** boel overrides: lays overrides/image/…, then group/… and host/… over the target; a later override wins. */
export const overrides: Verb<{ source: ImageSource; found: Override[] }> = {
  name: 'overrides',
  summary: 'copy the overrides of the image, the groups and the host into the installed system',
  declare: (command) => command,
  needs: mergeNeeds(transports.map((one) => one.needs)),

  async probe({ io, state }) {
    await checkMounted(io, state, targetRoot);
    const source = await openSource(io, state.settings);
    return { source, found: await probeOverrides(io, targetRoot, source, membershipOf(state)) };
  },

  plan: ({ source, found }, state) => planOverrides(found, targetRoot, source, targetMounts(state)),
};
