import fc from 'fast-check';
import { expect, it } from 'vitest';
import { visible } from './visible.ts';

it('shows control characters, and keeps lines, tabs and what people write', () => {
  expect(visible('\x1b]0;x\x07 \x7f\x9b2J\r\u202e\u2028\ufeff\u{e0041}')).toBe(
    '\\u001b]0;x\\u0007 \\u007f\\u009b2J\\u000d\\u202e\\u2028\\ufeff\\udb40\\udc41',
  );
  expect(visible('a\n\tb é ä 漢字 🙂')).toBe('a\n\tb é ä 漢字 🙂');
});
it('leaves nothing that steers, once or twice, and JSON means the same', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(visible(text)).not.toMatch(/[\0-\x08\x0b-\x1f\x7f-\x9f\p{Bidi_Control}]/u);
      expect(visible(visible(text))).toBe(visible(text));
      expect(JSON.parse(visible(JSON.stringify({ [text]: [text] }, undefined, 2)))).toEqual({ [text]: [text] });
    }),
  );
});
