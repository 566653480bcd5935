import { expect, it } from 'vitest';
import { describeError, UserError } from './errors.ts';

it('prints two lines for what a person can mend, and the stack of our own faults', () => {
  expect(describeError(new UserError('no disk', 'Plug one in.'))).toBe('error: no disk\n  hint: Plug one in.');
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  expect(describeError(full)).toBe(
    'error: ENOSPC: no space left on device, write\n  hint: Make room on that filesystem.',
  );
  expect(describeError(new TypeError('x is not a function'))).toContain('errors.test.ts');
  expect(describeError('text')).toBe('text');
});
