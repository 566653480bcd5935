import { expect, it } from 'vitest';
import { type Group, groupsOf, HostPattern, matchesHost, parseGroups, printGroups } from './groups.ts';

it.each([
  ['www1', 'www1', true],
  ['www1', 'www10', false],
  ['node003-node010', 'node003', true],
  ['node003-node010', 'node010', true],
  ['node003-node010', 'node011', false],
  ['node003-node010', 'node3', false],
  ['node3-node10', 'node9', true],
  ['node3-node10', 'node09', false],
  ['web-1-web-12', 'web-7', true],
  ['web-1-web-12', 'web-', false],
  ['db*', 'db', true],
  ['db*', 'db-eu', true],
  ['*-eu', 'db-eu', true],
  ['db*', 'adb', false],
])('%s means %s: %s', (pattern, host, expected) => {
  expect(HostPattern.safeParse(pattern).success).toBe(true);
  expect(matchesHost(pattern, host)).toBe(expected);
});
it.each(['', 'WWW1', 'a b', 'www.example.org', '***', '-x', '../x'])('refuses %j', (pattern) => {
  expect(HostPattern.safeParse(pattern).success).toBe(false);
});
it('gives the groups of a host in their order, also after a round trip', () => {
  const groups: Group[] = [
    { name: 'all', hosts: ['*'] },
    { name: 'rack1', hosts: ['www1-www9', 'db1'] },
    { name: 'db', hosts: ['db*'] },
    { name: 'empty', hosts: [] },
  ];
  expect(groupsOf(groups, 'db1')).toEqual(['all', 'rack1', 'db']);
  expect(parseGroups(printGroups(groups))).toEqual(groups);
});
it('leaves out lines that are no groups', () => {
  expect(parseGroups('web: www1\nnonsense\n../x: www1\ndb: UPPER\n')).toEqual([{ name: 'web', hosts: ['www1'] }]);
});
