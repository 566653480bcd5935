import { mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { absPath, type AbsPath, under } from '../common/system/place.ts';
import { type BootReport, fileFacts, inputsKey, lastReport, saveStamp } from './stamp.ts';

let cache: AbsPath;
let folder: AbsPath;
const report: BootReport = {
  folder: '/boot',
  kernel: '6.1',
  busybox: '1.35',
  kernelBytes: 1,
  initrdBytes: 2,
  topics: { node: 3 },
  modules: 4,
  packages: ['libc6 2.36'],
  phases: { busybox: 5 },
};
beforeEach(() => {
  cache = absPath(mkdtempSync(path.join(os.tmpdir(), 'stamp-')));
  folder = under(cache, 'boot');
  mkdirSync(folder);
  writeFileSync(under(folder, 'kernel'), 'kernel');
});
afterEach(() => rmSync(cache, { recursive: true }));

it('knows a build again by its inputs and by what it wrote', async () => {
  await saveStamp(cache, folder, 'key', report);
  expect(await lastReport(cache, folder, 'key')).toEqual(report);
  expect(await lastReport(cache, folder, 'other')).toBeUndefined();
  expect(await lastReport(cache, under(cache, 'elsewhere'), 'key')).toBeUndefined();
});
it('builds again where what it wrote was changed', async () => {
  await saveStamp(cache, folder, 'key', report);
  utimesSync(under(folder, 'kernel'), 1, 1);
  expect(await lastReport(cache, folder, 'key')).toBeUndefined();
});
it('is not misled by what others put beside it, as build client does', async () => {
  await saveStamp(cache, folder, 'key', report);
  writeFileSync(under(folder, 'client.tar.gz'), '');
  expect(await lastReport(cache, folder, 'key')).toEqual(report);
});
it('builds again where what it remembered is cut off', async () => {
  await saveStamp(cache, folder, 'key', report);
  const [name = ''] = readdirSync(under(cache, 'stamps'));
  truncateSync(under(cache, 'stamps', name), 20);
  expect(await lastReport(cache, folder, 'key')).toBeUndefined();
});
it('sees a file that was added', async () => {
  const before = await fileFacts(folder);
  writeFileSync(under(folder, 'initrd.img'), '');
  expect(await fileFacts(folder)).not.toBe(before);
  expect(await fileFacts(under(cache, 'none'))).toBe('missing');
});
it('has one key for the same inputs, and another for others', async () => {
  expect(await inputsKey({ a: 1 })).toBe(await inputsKey({ a: 1 }));
  expect(await inputsKey({ a: 1 })).not.toBe(await inputsKey({ a: 2 }));
});
