import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Frame, frame, framesOf } from './frames.ts';

async function read(pieces: readonly Buffer[]): Promise<Frame[]> {
  async function* given() {
    yield* pieces;
  }
  const frames: Frame[] = [];
  for await (const one of framesOf(given())) frames.push(one);
  return frames;
}

it('reads what was sent, in whatever pieces it comes', async () => {
  const contents = fc.array(fc.tuple(fc.constantFrom('a', 'o', 'x'), fc.uint8Array({ maxLength: 300 })), {
    maxLength: 9,
  });
  const sizes = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 9 });
  await fc.assert(
    fc.asyncProperty(contents, sizes, async (sent, cuts) => {
      const all = Buffer.concat(sent.map(([kind, bytes]) => frame(kind, bytes)));
      const pieces: Buffer[] = [];
      for (let at = 0, cut = 0; at < all.length; cut += 1) {
        const end = at + (cuts[cut % cuts.length] ?? 1);
        pieces.push(all.subarray(at, end));
        at = end;
      }
      const got = (await read(pieces)).map(({ kind, bytes }) => [kind, Uint8Array.from(bytes)]);
      expect(got).toEqual(sent.map(([kind, bytes]) => [kind, Uint8Array.from(bytes)]));
    }),
  );
});

it('leaves out a frame that is not whole', async () => {
  expect(await read([frame('o', 'hello').subarray(0, 7)])).toEqual([]);
});

it('refuses a length that nobody sends', async () => {
  await expect(read([Buffer.from('a\xff\xff\xff\xff', 'latin1')])).rejects.toThrow('a frame of 4294967300 bytes');
});
