import { expect, it } from 'vitest';
import { inRounds, median, medianRatio } from './rounds.ts';

it('measures forwards and backwards in turn', async () => {
  const order: string[] = [];
  const figures = await inRounds(['a', 'b'], 3, async (name) => order.push(name));
  expect(order.join('')).toBe('abbaab');
  expect(figures).toEqual({ a: [1, 4, 5], b: [2, 3, 6] });
});
it.each([
  [[3, 1, 2], 2],
  [[4, 1], 1],
  [[7], 7],
])('the median of %j is %d', (figures, expected) => {
  expect(median(figures)).toBe(expected);
});
it('compares within a round', () => {
  expect(medianRatio([2, 30, 4], [1, 10, 4])).toBe(2);
});
