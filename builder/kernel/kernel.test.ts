import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { absPath } from '../../common/system/place.ts';
import { chooseKernel } from './kernel.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'kernel-'));
  mkdirSync(path.join(dir, 'boot/modules'), { recursive: true });
  writeFileSync(path.join(dir, 'vmlinuz'), '');
});
afterEach(() => rmSync(dir, { recursive: true }));

const choose = (kernel?: string, modules?: `/${string}`) =>
  chooseKernel({ kernel, modules, dropIn: absPath(path.join(dir, 'boot')) });

it("takes Debian's kernel, unless the administrator has put another one in its place", async () => {
  rmSync(path.join(dir, 'boot'), { recursive: true });
  expect(await choose()).toBe('debian');
  mkdirSync(path.join(dir, 'boot/modules'), { recursive: true });
  writeFileSync(path.join(dir, 'boot/kernel'), '');
  expect(await choose()).toEqual({ kernel: path.join(dir, 'boot/kernel'), modules: path.join(dir, 'boot/modules') });
});
it('takes what is asked for, whatever lies there', async () => {
  writeFileSync(path.join(dir, 'boot/kernel'), '');
  expect([await choose('debian'), await choose('source')]).toEqual(['debian', 'source']);
  expect(await choose(path.join(dir, 'vmlinuz'), '/m')).toEqual({ kernel: path.join(dir, 'vmlinuz'), modules: '/m' });
});
it('refuses a file that is not there, and modules without a kernel of their own', async () => {
  await expect(choose('/no/vmlinuz')).rejects.toThrow('/no/vmlinuz is no file');
  await expect(choose('source', '/m')).rejects.toThrow('--modules without a file for --kernel');
  await expect(choose(undefined, '/m')).rejects.toThrow('--modules without a file for --kernel');
});
it("does not take Debian's kernel if the administrator's has another name", async () => {
  writeFileSync(path.join(dir, 'boot/vmlinuz'), '');
  await expect(choose()).rejects.toThrow(`${dir}/boot holds modules, vmlinuz, and no file named kernel`);
  expect(await choose('debian')).toBe('debian');
});
