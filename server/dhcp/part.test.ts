import { expect, it } from 'vitest';
import { foreignText, partsOf, readPart, withPart } from './part.ts';
import { parseStatements } from './statements.ts';

const file = 'x.conf';
const begun = (text: string) => ({ text, file });

it('keeps every other byte, and puts a part in its place again', () => {
  const once = withPart(begun('mine'), 'a', 'first\n');
  expect(once).toBe('mine\n\n# SystemImager begin: a\nfirst\n# SystemImager end: a\n');
  const more = `${once}after\n`;
  expect(withPart(begun(more), 'a', 'second')).toBe(more.replace('first', 'second'));
  const both = withPart(begun(more), 'b', 'other\n');
  expect(readPart(begun(both), 'b')).toBe('other\n');
  expect(foreignText(begun(both)).replaceAll('\n', '')).toBe('mineafter');
  expect(foreignText(begun(both)).split('\n').indexOf('after')).toBe(more.split('\n').indexOf('after'));
});
it.each([
  '# SystemImager begin: a\n',
  '# SystemImager end: a\n',
  '# SystemImager begin: a\n# SystemImager begin: b\n# SystemImager end: b\n',
  '# SystemImager begin: a\n# SystemImager end: b\n',
  '# SystemImager begin: a\n# SystemImager end: a\n# SystemImager begin: a\n# SystemImager end: a\n',
])('refuses comments that do not match: %j', (text) => {
  expect(() => partsOf(begun(text))).toThrow('has no counterpart');
});

it('reads statements of ISC dhcpd', () => {
  const text = 'a "b c" # comment }\n  d;\nif x = 00:07 { y "}"; } elsif z { }\n';
  expect(parseStatements(text, file)).toEqual([
    { words: ['a', 'b c', 'd'], line: 1 },
    { words: ['if', 'x', '=', '00:07'], line: 3, block: [{ words: ['y', '}'], line: 3 }] },
    { words: ['elsif', 'z'], line: 3, block: [] },
  ]);
});
it.each([
  ['a {\n b;\n', 'line 1: a { without }'],
  ['a;\n}', 'line 2: a } without {'],
  ['a { b }', 'does not end in a semicolon'],
  ['\n\na', 'line 3: "a" does not end in a semicolon'],
  ['a "b;\n', 'line 1: a quote that does not end'],
])('refuses %j: %s', (text, words) => {
  expect(() => parseStatements(text, file)).toThrow(words);
});
