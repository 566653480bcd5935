import { expect, it } from 'vitest';
import { type Combination, factors, nameOf } from './combination.ts';
import { always, rotating } from './combinations.ts';

const names = Object.keys(factors) as (keyof typeof factors)[];
const all: Combination[] = [...always, ...rotating];

it('has each value of each factor in every run', () => {
  for (const name of names)
    expect([...new Set(always.map((one) => one[name]))].sort()).toEqual([...factors[name]].sort());
});

it('lets each value of a factor meet each value of every other one', () => {
  const missing = names.flatMap((a, at) =>
    names
      .slice(at + 1)
      .flatMap((b) =>
        factors[a].flatMap((x) =>
          factors[b].flatMap((y) => (all.some((one) => one[a] === x && one[b] === y) ? [] : [`${x} with ${y}`])),
        ),
      ),
  );
  expect(missing).toEqual([]);
});

it('names each once', () => {
  expect(new Set(all.map(nameOf)).size).toBe(all.length);
});
