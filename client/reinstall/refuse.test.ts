import { describe, expect, it } from 'vitest';
import { certificates, signature, signedProgram } from '../../test/helpers/signed-program.ts';
import { checkSignature } from './refuse.ts';

const on = { enforced: true, trusts: ['Microsoft UEFI CA 2023'] };
const signed = signedProgram(signature(certificates.signer));

describe('with Secure Boot, a kernel', () => {
  it('is taken if the firmware or shim trusts who has signed it', () => {
    expect(() => checkSignature(signed, on, ['Example UEFI CA 2023'])).not.toThrow();
    expect(() => checkSignature(signed, { ...on, trusts: ['Example UEFI signer'] }, [])).not.toThrow();
  });
  it.each([
    ['nobody trusts the signer', signed],
    ['it has no signature', signedProgram()],
  ])('is refused if %s', (_, kernel) => {
    expect(() => checkSignature(kernel, on, ['Debian Secure Boot CA'])).toThrow(
      'neither the firmware nor shim trusts the signature',
    );
  });
});

it('without Secure Boot, any kernel is taken', () => {
  expect(() => checkSignature(Buffer.alloc(0), undefined, [])).not.toThrow();
  expect(() => checkSignature(Buffer.alloc(0), { enforced: false, trusts: [] }, [])).not.toThrow();
});
