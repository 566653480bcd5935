import { expect, it } from 'vitest';
import { counted } from './counted.ts';

it('says one and many', () => {
  expect(counted(1, 'image')).toBe('1 image');
  expect(counted(0, 'image')).toBe('0 images');
  expect(counted(2, 'machine is', 'machines are')).toBe('2 machines are');
});
