import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parseGroupsToml } from './groups-toml.ts';

it('reads the example', () => {
  const file = path.resolve(import.meta.dirname, '../../docs/examples/groups.toml');
  expect(parseGroupsToml(readFileSync(file, 'utf8'), file).map((one) => one.name)).toEqual(['all', 'rack1', 'web']);
});
it('is no group where there is nothing', () => {
  expect(parseGroupsToml('', 'groups.toml')).toEqual([]);
});
it.each([
  ['[[group]]\nname = "a/b"\nhosts = []', 'group.0.name: an image name is'],
  ['[[group]]\nname = "a"\nhosts = ["x y"]', 'group.0.hosts.0: write hosts as'],
  ['[[group]]\nname = "a"\nhosts = []\n[[group]]\nname = "a"\nhosts = []', 'two groups have the same name'],
  ['[web]\nhosts = []', 'Unrecognized key'],
])('refuses %j', (text, words) => {
  expect(() => parseGroupsToml(text, 'groups.toml')).toThrow(words);
});
