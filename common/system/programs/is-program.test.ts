import { expect, it } from 'vitest';
import { isProgram } from './is-program.ts';

const folder = import.meta.dirname;
const PATH = '/nowhere:/bin';

it.each([
  ['sh', true],
  ['no-such-program', false],
  ['/bin/sh', true],
  ['/bin/no-such-program', false],
  ['./is-program.ts', false],
])('%s: %s', (file, expected) => {
  expect(isProgram(file, { PATH, cwd: folder })).toBe(expected);
});
