import { type ImageSource, imageSource } from '../../install/source/image-source.ts';
import { type Override, planOverrides, probeOverrides } from '../../install/site/overrides.ts';
import { checkMounted, targetMounts } from '../../install/target/mounted.ts';
import { rsync } from '../../install/transports/rsync.ts';
import { membershipOf } from './groups.ts';
import { targetRoot, type Verb } from './verb.ts';

/** boel overrides: lays overrides/image/…, then group/… and host/… over the target; a later override wins. */
export const overrides: Verb<{ source: ImageSource; found: Override[] }> = {
  name: 'overrides',
  summary: 'copy the overrides of the image, the groups and the host into the installed system',
  declare: (command) => command,
  needs: rsync.needs,

  async probe({ io, state }) {
    await checkMounted(io, state, targetRoot);
    const source = imageSource(state.settings);
    return { source, found: await probeOverrides(io, targetRoot, source, membershipOf(state)) };
  },

  plan: ({ source, found }, state) => planOverrides(found, targetRoot, source, targetMounts(state)),
};
