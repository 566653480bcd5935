import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { absPath } from '../../common/system/place.ts';
import { readFloppySize, superfloppyKib } from './floppy.ts';

let boot: string;
beforeEach(() => {
  boot = mkdtempSync(path.join(os.tmpdir(), 'floppy-'));
  writeFileSync(path.join(boot, 'kernel'), Buffer.alloc(1024 * 1024 + 1));
  writeFileSync(path.join(boot, 'initrd.img'), Buffer.alloc(2 * 1024 * 1024));
});
afterEach(() => rmSync(boot, { recursive: true }));

it('takes the sizes of floppies, and any size for a superfloppy', () => {
  expect(readFloppySize('2880', false)).toBe(2880);
  expect(readFloppySize('98304', true)).toBe(98_304);
  expect(() => readFloppySize('98304', false)).toThrow('--size 98304 is no size of a floppy');
  for (const text of ['0', '-5', '1.5', '100M']) expect(() => readFloppySize(text, true)).toThrow('no size');
});
it('makes a superfloppy as large as kernel and initrd need, and refuses a smaller size with the number', async () => {
  expect(await superfloppyKib(absPath(boot), undefined)).toBe(12 * 1024);
  expect(await superfloppyKib(absPath(boot), 98_304)).toBe(98_304);
  await expect(superfloppyKib(absPath(boot), 2880)).rejects.toThrow('needs 12288 KiB, and --size is 2880');
});
