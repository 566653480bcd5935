import fc from 'fast-check';
import { expect, it } from 'vitest';
import { alignmentOf, alignUp, type Extent, fit, type Region, type Slot } from './fit.ts';

const MiB = 1024 ** 2;
const GiB = 1024 ** 3;
const region = (sizeBytes: number): Region => ({
  startBytes: MiB,
  endBytes: MiB + sizeBytes,
  alignBytes: MiB,
  sectorBytes: 512,
});
const sizes = (placed: ReturnType<typeof fit>) =>
  Array.isArray(placed) ? placed.map((one) => one.sizeBytes / MiB) : placed;

it.each([
  [
    'sizes stay exact where they fit',
    [
      { sizeBytes: 3 * MiB, minBytes: 0 },
      { sizeBytes: 5 * MiB, minBytes: 0 },
    ],
    20,
    [3, 5],
  ],
  ['the rest takes what is left', [{ minBytes: MiB }, { sizeBytes: 5 * MiB, minBytes: 0 }], 20, [15, 5]],
  ['the rest shrinks to its least first', [{ minBytes: 2 * MiB }, { sizeBytes: 5 * MiB, minBytes: MiB }], 7, [2, 5]],
  [
    'then the others shrink in proportion to size − min',
    [
      { minBytes: 2 * MiB },
      { sizeBytes: 50 * MiB, minBytes: 10 * MiB },
      { sizeBytes: 30 * MiB, minBytes: 10 * MiB },
      { sizeBytes: 9 * MiB, minBytes: 9 * MiB },
    ],
    61,
    [2, 30, 20, 9],
  ],
  [
    'a size that is no multiple of the alignment stays',
    [
      { sizeBytes: 1.5 * MiB, minBytes: 0 },
      { sizeBytes: MiB, minBytes: 0 },
    ],
    3,
    [1.5, 1],
  ],
  ['a logical one has its boot record before it', [{ sizeBytes: 2 * MiB, minBytes: 0, logical: true }], 3, [2]],
] as [string, Slot[], number, number[]][])('%s', (_, slots, haveMiB, expected) => {
  expect(sizes(fit(slots, region(haveMiB * MiB)))).toEqual(expected);
});

it('says how much lacks', () => {
  expect(fit([{ sizeBytes: 5 * MiB, minBytes: 4 * MiB }], region(3 * MiB))).toEqual({
    neededBytes: 4 * MiB,
    haveBytes: 3 * MiB,
  });
});

it.each([
  [0, MiB],
  [65536, MiB],
  [4 * MiB, 4 * MiB],
  [33553920, MiB],
])('an optimal I/O size of %d aligns to %d', (optimalIoBytes, expected) => {
  expect(alignmentOf({ optimalIoBytes })).toBe(expected);
});

const slot = fc
  .record({
    size: fc.integer({ min: 1, max: 64 * 2048 }).map((sectors) => sectors * 4096),
    minShare: fc.double({ min: 0, max: 1, noNaN: true }),
    logical: fc.boolean(),
  })
  .map(
    ({ size, minShare, logical }): Slot => ({
      sizeBytes: size,
      minBytes: Math.floor((size * minShare) / 4096) * 4096,
      logical,
    }),
  );
const scene = fc.record({
  slots: fc.array(slot, { minLength: 1, maxLength: 12 }),
  rest: fc.option(fc.nat(11), { nil: undefined }),
  have: fc.integer({ min: 1, max: 8 * 1024 * 256 }).map((sectors) => sectors * 4096),
  alignBytes: fc.constantFrom(MiB, 4 * MiB),
  sectorBytes: fc.constantFrom(512, 4096),
});
const build = ({
  slots,
  rest,
  have,
  alignBytes,
  sectorBytes,
}: typeof scene extends fc.Arbitrary<infer T> ? T : never) => {
  const all = slots.map((one, at): Slot => {
    if (at !== rest) return one;
    const { sizeBytes: _, ...without } = one;
    return without;
  });
  return { slots: all, region: { startBytes: alignBytes, endBytes: alignBytes + have, alignBytes, sectorBytes } };
};
const place = (slots: Slot[], where: Region): Extent[] => {
  const placed = fit(slots, where);
  fc.pre(Array.isArray(placed));
  return placed;
};

it('what fits is aligned, in order, apart, inside, and never below its least', () => {
  fc.assert(
    fc.property(scene.map(build), ({ slots, region: where }) => {
      let end = where.startBytes;
      for (const [at, extent] of place(slots, where).entries()) {
        expect(extent.startBytes % where.alignBytes).toBe(0);
        expect(extent.sizeBytes % where.sectorBytes).toBe(0);
        expect(extent.startBytes).toBeGreaterThanOrEqual(end + (slots[at]?.logical ? where.sectorBytes : 0));
        expect(extent.sizeBytes).toBeGreaterThanOrEqual(slots[at]?.minBytes ?? 0);
        expect(extent.sizeBytes).toBeLessThanOrEqual(slots[at]?.sizeBytes ?? Number.POSITIVE_INFINITY);
        end = extent.startBytes + extent.sizeBytes;
      }
      expect(end).toBeLessThanOrEqual(where.endBytes);
    }),
  );
});

it('a region that just holds all sizes leaves them exact', () => {
  fc.assert(
    fc.property(scene.map(build), ({ slots, region: where }) => {
      const sized = slots.filter((one) => one.sizeBytes !== undefined);
      const used = sized.reduce(
        (sum, one) => alignUp(sum, where.alignBytes) + (one.logical ? where.alignBytes : 0) + (one.sizeBytes ?? 0),
        where.startBytes,
      );
      expect(place(sized, { ...where, endBytes: used }).map((one) => one.sizeBytes)).toEqual(
        sized.map((one) => one.sizeBytes),
      );
    }),
  );
});

it('more room never makes anything smaller, but for rounding', () => {
  fc.assert(
    fc.property(scene.map(build), fc.integer({ min: 1, max: 2 * GiB }), ({ slots, region: where }, more) => {
      const small = place(slots, where);
      const large = place(slots, { ...where, endBytes: where.endBytes + Math.ceil(more / 4096) * 4096 });
      const sum = (all: Extent[]) => all.reduce((total, one) => total + one.sizeBytes, 0);
      expect(sum(large) + slots.length * where.alignBytes).toBeGreaterThanOrEqual(sum(small));
    }),
  );
});
