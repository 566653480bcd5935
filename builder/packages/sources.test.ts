import { expect, it } from 'vitest';
import { parseDepends, parseStanzas } from './deb822.ts';
import { parseListFile, parseSourcesFile, printSources } from './sources.ts';

it('reads a sources file, without comments, disabled paragraphs and architectures', () => {
  const text = `Types: deb deb-src
# a comment
URIs: http://deb.example/debian
Suites: bookworm  bookworm-updates
Components: main
Architectures: amd64
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 xyz

Enabled: no
Types: deb
URIs: http://other.example

Types: deb-src
URIs: http://source.example
`;
  expect(printSources(parseSourcesFile(text), 'deb-src')).toBe(`Types: deb-src
URIs: http://deb.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: 
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 xyz
`);
});

it.each([
  ['deb http://a.example/debian bookworm main contrib # x', 'bookworm', 'main contrib', {}],
  ['deb [arch=amd64 signed-by=/k.gpg] http://a.example sid main', 'sid', 'main', { 'Signed-By': '/k.gpg' }],
  ['deb http://a.example ./', './', '', {}],
])('reads the line %j', (line, suites, components, options) => {
  expect(parseListFile(`# deb http://no.example x y\ndeb-src http://no.example x y\n${line}\n`)).toEqual([
    { uris: expect.stringMatching(/^http:\/\/a\.example/), suites, components, options },
  ]);
});

it('reads paragraphs with lines that go on', () => {
  expect(parseStanzas('A: 1\n 2\nB: 3\n\n\nA: 4\n').map((one) => Object.fromEntries(one))).toEqual([
    { A: '1\n 2', B: '3' },
    { A: '4' },
  ]);
});

it('reads dependencies without versions and architectures', () => {
  expect(parseDepends('libc6 (>= 2.36), awk | mawk:any, x [amd64]\n')).toEqual([['libc6'], ['awk', 'mawk'], ['x']]);
});
