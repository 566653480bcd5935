import { expect, it } from 'vitest';
import { crowdWatch } from './crowd.ts';

it('lets each address begin a hundred installations in a minute', () => {
  const isCrowded = crowdWatch();
  const begin = (source: string, ms: number) =>
    Array.from({ length: 150 }, () => isCrowded(source, ms)).filter(Boolean);
  expect(begin('10.0.0.1', 0)).toHaveLength(50);
  expect(begin('10.0.0.2', 30_000)).toHaveLength(50);
  expect(begin('10.0.0.1', 59_000)).toHaveLength(150);
  expect(begin('10.0.0.1', 60_000)).toHaveLength(50);
  expect(isCrowded('10.0.0.2', 60_000)).toBe(true);
});
