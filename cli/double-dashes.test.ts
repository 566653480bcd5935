import { expect, it } from 'vitest';
import { doubleDashes } from './double-dashes.ts';

it.each([
  [
    ['getimage', '-golden-client', '10.0.0.1'],
    ['getimage', '--golden-client', '10.0.0.1'],
  ],
  [
    ['updateclient', '-c', 'eth0', '-5'],
    ['updateclient', '-c', 'eth0', '-5'],
  ],
  [
    ['chroot', 'web', '--', 'ls', '-la'],
    ['chroot', 'web', '--', 'ls', '-la'],
  ],
  [
    ['x', '--image=a', '-image=b'],
    ['x', '--image=a', '--image=b'],
  ],
])('%j is read as %j', (typed, read) => {
  expect(doubleDashes(typed)).toEqual(read);
});
