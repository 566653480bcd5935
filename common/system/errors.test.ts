import { expect, it } from 'vitest';
import { describeError, UserError } from './errors.ts';

const refused = (code: string, facts: object = { path: '/etc/hosts' }) =>
  Object.assign(new Error(`${code}: as node says it`), { code, syscall: 'open', ...facts });

it('shows what a person can mend as two lines', () => {
  expect(describeError(new UserError('it is so', 'Do this.'))).toBe('error: it is so\n  hint: Do this.');
});
it('says what the machine refuses in words', () => {
  expect(describeError(refused('EACCES'))).toMatch(
    /^error: \/etc\/hosts: permission denied \(open\)\n  hint: Run the command as root/,
  );
  expect(describeError(refused('EROFS', { path: '/a', dest: '/b' }))).toContain(
    'error: /b: the filesystem is read-only',
  );
  expect(describeError(refused('ENOSPC', {}))).toContain('error: a file: no space is left');
});
it('shows the stack of everything else', () => {
  expect(describeError(refused('ERR_INVALID_ARG_TYPE'))).toContain('errors.test.ts');
  expect(describeError(new TypeError('x'))).toContain('TypeError: x');
  expect(describeError('text')).toBe('text');
});
