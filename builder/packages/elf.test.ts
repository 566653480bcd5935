import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { expect, it } from 'vitest';
import { elfSection, readElf } from './elf.ts';

it('reads what this Node loads', () => {
  const bytes = readFileSync(process.execPath);
  const facts = readElf(bytes, 'node');
  expect(facts?.interpreter).toMatch(/^\/lib.*\/ld-linux/);
  expect(facts?.needed).toContain('libc.so.6');
  expect(elfSection(bytes, '.interp', 'node')?.toString()).toBe(`${facts?.interpreter}\0`);
  expect(elfSection(bytes, '.nothing', 'node')).toBeUndefined();
});

it.each([[''], ['#!/bin/sh\n'], [`\x7fELF\x01\x01${'\0'.repeat(80)}`]])('%j is no 64-bit ELF file', (text) => {
  expect(readElf(Buffer.from(text, 'latin1'), 'x')).toBeUndefined();
});
it('says that a file is cut short', () => {
  const torn = Buffer.alloc(500);
  const file = openSync(process.execPath, 'r');
  readSync(file, torn, 0, torn.length, 0);
  closeSync(file);
  expect(() => readElf(torn, 'usr/lib/x.so of x')).toThrow('usr/lib/x.so of x is cut short');
  expect(() => elfSection(torn, '.modinfo', 'x.ko')).toThrow('x.ko is cut short');
});
