import { hostPart } from '../../common/model/names.ts';
import type { Membership } from '../../common/model/site-scripts.ts';
import { settingOf, type State } from '../../common/model/state.ts';

/** The image, the groups (GROUPNAMES, weakest first) and the host name of this machine. */
export function membershipOf(state: State): Membership {
  const groups = (settingOf(state, 'GROUPNAMES') ?? '').split(' ').filter(Boolean);
  return {
    image: state.image?.name ?? settingOf(state, 'IMAGENAME'),
    groups,
    host: hostPart(settingOf(state, 'HOSTNAME') ?? ''),
  };
}
