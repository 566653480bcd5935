import { expect, it } from 'vitest';
import type { Machine } from './machines.ts';
import { type Ending, push, type PushLimits } from './push.ts';

const machines = (count: number): Machine[] =>
  Array.from({ length: count }, (_, at) => ({ host: `www${at + 1}`, address: `10.0.0.${at + 1}` }));

/** The endings, if the machines with these numbers fail; and the most machines at once. */
async function pushed(
  count: number,
  bad: number[],
  limits: Partial<PushLimits>,
  signal = new AbortController().signal,
) {
  let running = 0;
  let most = 0;
  const outcomes = await push(
    machines(count),
    async (machine) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      const ending: Ending = bad.includes(Number(machine.host.slice(3))) ? 'failed' : 'done';
      return { ...machine, ending };
    },
    { atOnce: 2, canaries: 0, maxFailures: Number.POSITIVE_INFINITY, ...limits },
    signal,
  );
  return { endings: outcomes.map(({ ending }) => ending).join(' '), most };
}

it('works on some machines at a time, and keeps their order', async () => {
  expect(await pushed(5, [2], {})).toEqual({ endings: 'done failed done done done', most: 2 });
});

it('begins no other machine if one of the first does not end well', async () => {
  expect((await pushed(4, [1], { canaries: 1 })).endings).toBe('failed waits waits waits');
  expect((await pushed(4, [3], { canaries: 2 })).endings).toBe('done done failed done');
});

it('begins no other machine after too many failures, and lets those end that run', async () => {
  expect((await pushed(6, [1, 2, 3], { maxFailures: 2 })).endings).toBe('failed failed failed waits waits waits');
});

it('begins no machine after Ctrl-C', async () => {
  expect((await pushed(2, [], {}, AbortSignal.abort())).endings).toBe('waits waits');
});
