import { expect, it } from 'vitest';
import type { Settings } from '../../common/model/settings.ts';
import { findGroups } from './groups.ts';

const serverWith = (text?: string) => ({
  fetch: async (name: string) => (name === 'groups' && text !== undefined ? Buffer.from(text) : undefined),
});
const web1: Settings = { HOSTNAME: { value: 'web1.example.org', from: 'DHCP', detail: '' } };

it('asks the server for the groups of its host name', async () => {
  expect(await findGroups(web1, serverWith('all: *\ndb: db*\nweb: web1-web9\n'))).toEqual([
    { from: 'groups file', detail: 'scripts/groups', values: { GROUPNAMES: 'all web' } },
  ]);
});
const said: Settings = { ...web1, GROUPNAMES: { value: 'x', from: 'boot prompt', detail: '' } };

it.each([
  ['no group has it', web1, 'db: db*\n'],
  ['the server has no groups', web1, undefined],
  ['it has no name', {}, 'all: *\n'],
  ['GROUPNAMES was said', said, 'all: *'],
])('knows none where %s', async (_, settings, text) => {
  expect(await findGroups(settings, serverWith(text))).toEqual([]);
});
