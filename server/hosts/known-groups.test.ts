import { expect, it } from 'vitest';
import { withKnownGroups } from './known-groups.ts';

it('adds machines to the groups of groups.toml, and puts new groups behind them', () => {
  const groups = [
    { name: 'all', hosts: ['*'] },
    { name: 'web', hosts: ['www1'] },
  ];
  const known = [
    { host: 'www1', groups: ['web'] },
    { host: 'www2', groups: ['web', 'rack2', 'east'] },
    { host: 'www3' },
  ];
  expect(withKnownGroups(groups, known)).toEqual([
    { name: 'all', hosts: ['*'] },
    { name: 'web', hosts: ['www1', 'www2'] },
    { name: 'east', hosts: ['www2'] },
    { name: 'rack2', hosts: ['www2'] },
  ]);
});
