import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf, TextReader, textOf } from './text.ts';

/** Pieces of UTF-8 among any bytes, so that both are met. */
const anyBytes = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 6 }),
      fc.string({ unit: 'binary', maxLength: 4 }).map((text) => Buffer.from(text)),
    ),
  )
  .map((pieces) => Buffer.concat(pieces));

describe('textOf and bytesOf', () => {
  it('give back the same bytes, whatever they are', () =>
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(bytesOf(textOf(bytes))).toEqual(bytes);
      }),
    ));

  it('read UTF-8 as it is meant, also beside bytes that are none', () => {
    const text = textOf(Buffer.from('# b\xe2timent\nLABEL=Syst\xc3\xa8me \xf0\x9f\x90\xa7\xf0\x9f', 'latin1'));
    expect(text).toMatch(/^LABEL=Système 🐧\udcf0\udc9f$/mu);
    expect(text.replace('Système', 'Été')).toContain('# b\udce2timent\nLABEL=Été');
  });

  it('leave a byte order mark, line ends and NUL', () => {
    const bytes = Buffer.from('\ufeffa\r\nb\0\n');
    expect(textOf(bytes)).toBe('\ufeffa\r\nb\0\n');
    expect(bytesOf(textOf(bytes))).toEqual(bytes);
  });

  it('hold what is no UTF-8 through JSON', () => {
    const bytes = Buffer.from([0x53, 0xe8, 0x6d]);
    expect(bytesOf(JSON.parse(JSON.stringify(textOf(bytes))) as string)).toEqual(bytes);
  });
});

describe('TextReader', () => {
  it('reads the same in pieces as at once, wherever they are cut', () =>
    fc.assert(
      fc.property(anyBytes, fc.array(fc.nat(8)), (bytes, lengths) => {
        const reader = new TextReader();
        let [text, at] = ['', 0];
        for (const length of lengths) text += reader.add(bytes.subarray(at, (at += length)));
        text += reader.add(bytes.subarray(at)) + reader.end();
        expect(text).toBe(textOf(bytes));
      }),
    ));
});
