import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hasBlock, withBlockAtEnd, withBlockFor, withoutBlocks } from './marked-block.ts';

it('adds lines at the end, and gives the text back', () => {
  const text = withBlockAtEnd('a\n', ['b', 'c']);
  expect(text).toBe('a\n# BEGIN systemimager-reinstall\nb\nc\n# END systemimager-reinstall\n');
  expect([hasBlock(text), withoutBlocks(text)]).toEqual([true, 'a\n']);
});
it('keeps the line that it replaces', () => {
  const text = withBlockFor('x\ndefault\t\t0\ny\n', /^default\s/, 'default saved') ?? '';
  expect(text).toContain('#was default\t\t0\ndefault saved\n');
  expect(withoutBlocks(text)).toBe('x\ndefault\t\t0\ny\n');
  expect(withBlockFor('x\n', /^default\s/, 'default saved')).toBeUndefined();
});
it('gives every text back byte for byte, also one without a line end', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('title x', '', '#was', 'default 0', '  # END', 'ä')),
      fc.boolean(),
      (lines, ends) => {
        const text = lines.join('\n') + (ends ? '\n' : '');
        const changed = withBlockAtEnd(withBlockFor(text, /^default/, 'default saved') ?? text, ['entry']);
        expect(withoutBlocks(changed)).toBe(text);
      },
    ),
  );
});
