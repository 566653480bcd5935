import { expect, it } from 'vitest';
import { sourcesOf } from './package-sources.ts';

const source = (suites: string) => ({ uris: 'http://deb.example/debian', suites, components: 'main', options: {} });

it.each([
  ['bookworm bookworm-updates', 'bookworm', ['bookworm bookworm-updates']],
  ['trixie trixie-updates', 'trixie', ['bookworm bookworm-updates']],
  ['trixie-security', 'trixie', ['bookworm-security']],
  ['trixie-backports', 'trixie', []],
  ['stable', 'trixie', []],
])('sources of %s on %s give those of %j', (suites, codename, expected) => {
  expect(sourcesOf('bookworm', [source(suites)], codename).map((one) => one.suites)).toEqual(expected);
});
