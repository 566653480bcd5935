import fc from 'fast-check';
import { expect, it } from 'vitest';
import { busyMs } from '../../test/helpers/busy-ms.ts';
import { parseFlatJson } from './flat-json.ts';

const plain = fc.oneof(
  fc.string(),
  fc.double({ noNaN: true }).map((number) => number + 0),
  fc.boolean(),
  fc.constant(null),
);

it('reads every flat event as JSON does', () => {
  const flat = fc.dictionary(fc.string(), fc.oneof(plain, fc.array(plain)));
  fc.assert(
    fc.property(flat, (value) => {
      const text = JSON.stringify(value);
      expect(parseFlatJson(text)).toEqual(JSON.parse(text));
    }),
  );
});
it.each([
  ['what nests deeper', '{"a":[["x"]]}'],
  ['objects in a list', '{"a":[{"b":1}]}'],
  ['more values than an event has', `{"lines":[${'"",'.repeat(2000)}""]}`],
  ['a megabyte of brackets', '['.repeat(1024 ** 2)],
  ['a megabyte of pairs', `[${'[],'.repeat(350_000)}1]`],
  ['a megabyte of numbers', `{"lines":[${'1,'.repeat(500_000)}1]}`],
  ['what is no JSON', '{"a":'],
  ['nothing', ''],
])('refuses %s at once', async (_, text) => {
  expect(await busyMs(() => expect(parseFlatJson(text)).toBeUndefined())).toBeLessThan(200);
});
it('counts nothing inside strings', () => {
  expect(parseFlatJson(JSON.stringify({ lines: ['[[[['.repeat(1000), '",'.repeat(3000), '\\'] }))).toMatchObject({});
});
