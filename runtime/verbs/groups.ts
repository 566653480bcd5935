import { hostPart } from '../../common/model/names.ts';
import type { Membership } from '../../common/model/site-scripts.ts';
import type { State } from '../../common/model/state.ts';
import { settingOf } from '../../common/model/settings.ts';

/** The image, the groups (GROUPNAMES, weakest first) and the host name of this machine. */
export function membershipOf(state: State): Membership {
  const groups = (settingOf(state.settings, 'GROUPNAMES') ?? '').split(' ').filter(Boolean);
  return {
    image: state.image?.name ?? settingOf(state.settings, 'IMAGENAME'),
    groups,
    host: hostPart(settingOf(state.settings, 'HOSTNAME') ?? ''),
  };
}
