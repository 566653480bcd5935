import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readField, writeField } from './octal.ts';

it('escapes in fstab only what glibc and systemd read back', () => {
  expect(writeField('sshfs#user@io1:/a b\t\\é"[')).toBe('sshfs#user@io1:/a\\040b\\011\\134é"[');
});

it('reads every octal escape, also the bytes of one character', () => {
  expect(readField('/a\\040b\\043\\134011\\041')).toBe('/a b#\\011!');
  expect(readField('LABEL=Syst\\303\\250me')).toBe('LABEL=Système');
  expect(readField('LABEL=Syst\\350me')).toBe('LABEL=Syst\udce8me');
  expect(readField('é\\000\\9\\400')).toBe('é\\000\\9\\400');
});

it('reads back whatever is written', () =>
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(readField(writeField(text))).toBe(text);
    }),
  ));
