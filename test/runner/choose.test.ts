import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Row } from '../boot/harness/row.ts';
import { fitting, inOrder, named } from './choose.ts';

const rowOf = (name: string, covers: string[] = [], seconds = 60, always = false): Row => ({
  name,
  covers,
  seconds,
  always,
  run: async () => {},
});
const names = (rows: readonly Row[]) => rows.map((row) => row.name);

describe('named', () => {
  it('takes whole rows by their name, and of others the cases that are meant', () => {
    const rows = [rowOf('boot'), { ...rowOf('lab'), cases: ['lab: boot flags', 'lab: labels'] }];
    expect(named(rows, ['boot']).map((row) => [row.name, row.cases])).toEqual([
      ['boot', undefined],
      ['lab', ['lab: boot flags']],
    ]);
    expect(named(rows, ['lab'])).toEqual([rows[1]]);
  });
});

describe('inOrder', () => {
  it('runs red rows first, then those of every run, then changed ones, then the longest not run', () => {
    const rows = [
      rowOf('ever', [], 60, true),
      rowOf('fresh'),
      rowOf('stale'),
      rowOf('changed', ['a/']),
      rowOf('red'),
      rowOf('never'),
    ];
    const history = {
      fresh: { atMs: 9, passed: true, seconds: 1 },
      stale: { atMs: 2, passed: true, seconds: 1 },
      changed: { atMs: 8, passed: true, seconds: 1 },
      red: { atMs: 9, passed: false, seconds: 1 },
    };
    const order = inOrder(rows, history, (covers) => (covers.length > 0 ? 100 : 0));
    expect(names(order)).toEqual(['red', 'ever', 'changed', 'never', 'stale', 'fresh']);
  });
});

it('begins with the longest of those of every run', () => {
  const rows = [rowOf('short', [], 10, true), rowOf('long', [], 99, true), rowOf('longest', [], 20, true)];
  const ran = { atMs: 9, passed: true, seconds: 500 };
  expect(names(inOrder(rows, { longest: ran }, () => 0))).toEqual(['longest', 'long', 'short']);
});

describe('fitting', () => {
  it('counts what a row really took, and never leaves all of them', () => {
    const rows = [rowOf('a', [], 500), rowOf('b', [], 500), rowOf('c', [], 10)];
    const { now, left } = fitting(rows, { b: { atMs: 0, passed: true, seconds: 1000 } }, 340, 2);
    expect([names(now), names(left)]).toEqual([['a', 'c'], ['b']]);
  });

  it('runs those of every run whatever they take, and others in what they leave', () => {
    const rows = [rowOf('a', [], 100), rowOf('b', [], 100), rowOf('e', [], 700, true), rowOf('c', [], 10)];
    expect(names(fitting(rows, {}, 530, 2).now)).toEqual(['a', 'e', 'c']);
    expect(names(fitting(rows, {}, 10, 2).now)).toEqual(['a', 'e']);
  });

  it('gives a row that never ran here more time, since it makes its golden tree first', () => {
    const rows = [rowOf('a', [], 100), rowOf('b', [], 100)];
    const ran = { atMs: 0, passed: true, seconds: 100 };
    expect(names(fitting(rows, { a: ran, b: ran }, 200, 1).left)).toEqual([]);
    expect(names(fitting(rows, { a: ran }, 200, 1).left)).toEqual(['b']);
  });

  it('keeps a red row in until it is green, whatever it takes', () => {
    const rows = [rowOf('a', [], 100), rowOf('red', [], 900), rowOf('c', [], 100)];
    expect(names(fitting(rows, { red: { atMs: 0, passed: false, seconds: 900 } }, 100, 1).now)).toEqual(['a', 'red']);
  });

  it('leaves a row that would have to make something first for long, even a red one', () => {
    const rows = [{ ...rowOf('unmade', [], 10), isReady: false }, rowOf('a', [], 10)];
    const red = { unmade: { atMs: 0, passed: false, seconds: 10 } };
    expect(names(fitting(rows, red, 900, 1).now)).toEqual(['a']);
    expect(names(fitting(rows, red, 900, 1).left)).toEqual(['unmade']);
  });

  it('loses no row', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 900 })), fc.integer({ min: 1, max: 2000 }), (all, budget) => {
        const rows = all.map((seconds, at) => rowOf(String(at), [], seconds));
        const { now, left } = fitting(rows, {}, budget, 2);
        expect(now.length + left.length).toBe(rows.length);
      }),
    );
  });
});
