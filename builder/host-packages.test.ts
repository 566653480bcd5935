import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { hostPackages, kernelPackages } from './host-packages.ts';

it('names no package that make install would leave out', () => {
  const list = readFileSync(path.resolve(import.meta.dirname, '../packaging/debian-packages'), 'utf8');
  const [server = ''] = list.split('# --- demo');
  const listed = server.split('\n').map((line) => line.split(' ')[0]);
  // apt is what installs them.
  expect(hostPackages.filter((name) => name !== 'apt' && !listed.includes(name))).toEqual([]);
});

it('names what make kernel installs', () => {
  const list = readFileSync(path.resolve(import.meta.dirname, '../packaging/debian-packages'), 'utf8');
  const [, part = ''] = list.split('# --- make kernel');
  expect(part.split('\n').map((line) => line.split(' ')[0])).toEqual(expect.arrayContaining(kernelPackages));
});
