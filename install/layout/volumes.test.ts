import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type ArrayShape, memberBytesFor, raidBytes } from './volumes.ts';

const KiB = 1024;
const mirrors = ['n2', 'n3', 'f2', 'f3', 'o2'].map((copies) => {
  return { level: 10 as const, copies, fewest: Number(copies[1]) };
});
const shape = fc
  .oneof(
    fc.constantFrom(...mirrors),
    fc.constantFrom(
      { level: 0 as const, fewest: 2 },
      { level: 1 as const, fewest: 1 },
      { level: 5 as const, fewest: 3 },
      { level: 6 as const, fewest: 4 },
    ),
  )
  .chain(({ fewest, ...one }) =>
    fc.record({ count: fc.integer({ min: fewest, max: 9 }), chunk: fc.constantFrom(4, 64, 512) }).map(
      ({ count, chunk }): ArrayShape => ({
        ...one,
        devices: Array.from({ length: count }, (_, at) => `/dev/sd${at}`),
        chunkBytes: chunk * KiB,
      }),
    ),
  );

it('members that are large enough by one rule are so by the other, and a chunk less is not', () => {
  fc.assert(
    fc.property(shape, fc.integer({ min: 1, max: 2 ** 40 }), (raid, bytes) => {
      const each = memberBytesFor(raid, bytes);
      const arrayOf = (memberBytes: number) =>
        raidBytes(
          raid,
          raid.devices.map(() => memberBytes),
        );
      expect(arrayOf(each)).toBeGreaterThanOrEqual(bytes);
      expect(arrayOf(each - (raid.chunkBytes ?? 0))).toBeLessThan(bytes);
    }),
  );
});

it('far copies take whole chunks of each disk, as the kernel counts them', () => {
  const raid: ArrayShape = { level: 10, copies: 'f2', devices: ['a', 'b', 'c'], chunkBytes: 64 * KiB };
  const members = raid.devices.map(() => 2048 * KiB + 5 * 64 * KiB);
  expect(raidBytes(raid, members)).toBe(6 * 64 * KiB);
  expect(raidBytes({ ...raid, copies: 'n2' }, members)).toBe(7 * 64 * KiB);
});
