import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withItems, withMember } from './edit.ts';
import { parseJsonc, valueOf } from './jsonc.ts';

const file = 'kea.conf';
const read = (text: string) => valueOf(parseJsonc(text, file));

describe('JSON with comments', () => {
  it('is read as JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(4), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        expect(read(text)).toEqual(JSON.parse(text));
      }),
    );
  });
  it('may have three kinds of comments, and commas at the end', () => {
    expect(read('# a\n{ // b, "c": 1\n "x": [1, /* , */ 2,], "y": "a // b",\n}\n//end')).toEqual({
      x: [1, 2],
      y: 'a // b',
    });
  });
  it.each([
    ['{', 'line 1: a name in quotes is missing'],
    ['{\n"a": 1\n"b": 2}', 'line 3: a comma or } is missing'],
    ['{"a" 1}', 'a colon is missing'],
    ['[1 2]', 'a comma or ] is missing'],
    ['', '"the end" is no JSON'],
    ['{} {}', 'after the end'],
    ['{"a": maybe}', 'is no JSON'],
    ['{"a": "\\q"}', 'is no JSON'],
    ['{\n"a": <?include "x.json"?>}', 'line 2: an <?include?>'],
  ])('refuses %j: %s', (text, words) => {
    expect(() => read(text)).toThrow(words);
  });
});

const hostOf = (item: unknown) => item as { id: number; mine?: boolean };
const rules = {
  keyOf: (item: unknown) => String(hostOf(item).id),
  isOurs: (item: unknown) => hostOf(item).mine === true,
};
const put = (text: string, items: object[]) => withItems({ text, file }, ['list'], items, rules);

describe('editing a list', () => {
  it.each(['{"list":[]}', '{ "list": [\n  // nothing yet, {"id": 5}\n  ] }', '{}', '{\n  "a": 1, // one\n}'])(
    'begins one in %j',
    (text) => {
      const once = put(text, [{ id: 1, mine: true }]);
      expect(read(once)).toMatchObject({ list: [{ id: 1, mine: true }] });
      for (const comment of text.match(/\/\/.*/g) ?? []) expect(once).toContain(comment);
      expect(put(once, [{ id: 1, mine: true }])).toBe(once);
    },
  );
  it('leaves a comment at what it says something of', () => {
    const once = put('{ "list": [\n  { "id": 1 } // theirs\n] }', [{ id: 2, mine: true }]);
    expect(once).toBe('{ "list": [\n  { "id": 1 }, // theirs\n  { "id": 2, "mine": true }\n] }');
  });
  it('holds the others as they were, and ours as wanted, whatever was there', () => {
    const ids = fc.uniqueArray(fc.nat(9), { maxLength: 6 });
    fc.assert(
      fc.property(ids, ids, ids, fc.boolean(), (theirs, before, after, hasTail) => {
        const foreign = theirs.map((id) => ({ id }));
        const mine = (some: number[]) => some.filter((id) => !theirs.includes(id)).map((id) => ({ id, mine: true }));
        const all = [...foreign, ...mine(before)].map((one) => `  ${JSON.stringify(one)}`).join(', // c, c\n');
        const text = `{ "list": [\n${all}${hasTail && all !== '' ? ',' : ''}\n] }`;
        const once = put(text, mine(after));
        const { list } = read(once) as { list: { id: number; mine?: boolean }[] };
        expect(list.filter((one) => !one.mine)).toEqual(foreign);
        expect(new Set(list.filter((one) => one.mine).map((one) => one.id))).toEqual(
          new Set(mine(after).map((one) => one.id)),
        );
        expect(put(once, mine(after))).toBe(once);
      }),
    );
  });
  it('replaces a member only where it differs', () => {
    const text = '{ "a": [ 1,2 ], "b": 3 }';
    expect(withMember({ text, file }, [], 'a', [1, 2])).toBe(text);
    expect(withMember({ text, file }, [], 'a', [2])).toBe('{ "a": [ 2 ], "b": 3 }');
    expect(() => put('{"list": 1}', [{ id: 1 }])).toThrow('kea.conf: list is no […]');
  });
});
