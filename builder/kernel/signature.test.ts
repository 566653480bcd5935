import { expect, it } from 'vitest';
import { signedKernel } from '../../test/helpers/signed-kernel.ts';
import { isSigned } from './signature.ts';

it('knows a signed kernel', () => {
  expect([isSigned(signedKernel(1480)), isSigned(signedKernel(0))]).toEqual([true, false]);
});
it.each([
  ['an empty file', Buffer.alloc(0)],
  ['a file that is cut off', signedKernel(1480).subarray(0, 0x60)],
  ['a kernel without EFI', Buffer.alloc(0x400)],
])('takes %s for unsigned', (_, bytes) => {
  expect(isSigned(bytes)).toBe(false);
});
