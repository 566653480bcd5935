import { groupsOf, parseGroups } from '../../common/model/groups.ts';
import { hostPart } from '../../common/model/names.ts';
import type { Settings } from '../../common/model/settings.ts';
import { textOf } from '../../common/system/text.ts';
import type { Found } from './decide.ts';
import type { Askable } from './identity.ts';

/** The groups of this machine by its host name in scripts/groups, if no other source has GROUPNAMES. */
export async function findGroups(settings: Settings, ask: Pick<Askable, 'fetch'>): Promise<Found[]> {
  const host = hostPart(settings.HOSTNAME?.value ?? '');
  if (host === undefined || settings.GROUPNAMES) return [];
  const bytes = await ask.fetch('groups');
  const names = bytes ? groupsOf(parseGroups(textOf(bytes)), host) : [];
  return names.length === 0
    ? []
    : [{ from: 'groups file', detail: 'scripts/groups', values: { GROUPNAMES: names.join(' ') } }];
}
