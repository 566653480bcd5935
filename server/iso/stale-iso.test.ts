import { expect, it } from 'vitest';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { staleIso } from './stale-iso.ts';

const sum = (digit: string) => digit.repeat(64);
const sums = (kernel: string, initrd: string, folder = '') =>
  `${sum(initrd)}  ${folder}initrd.img\n${sum(kernel)}  ${folder}kernel\n`;
const stale = (now: string | undefined, held: string) => {
  const files: Record<string, string> = now === undefined ? {} : { '/lib/boot/amd64/SHA256SUMS': now };
  return staleIso(recorderIo({ files }).io, { boot: '/lib/boot' }, 'amd64', held);
};

it('says which part of the ISO is another than the part that build boot has made, and what to run', async () => {
  expect(await stale(sums('1', '3'), sums('1', '2', 'boot/amd64/'))).toBe(
    '/lib/boot/amd64/boel.iso holds another initrd.img than /lib/boot/amd64. Run: systemimager mkautoinstallcd --for-serve --arch amd64',
  );
  expect(await stale(sums('2', '3'), sums('1', '2', 'boot/amd64/'))).toContain('another kernel and initrd.img');
});
it('says nothing of an ISO with the same parts, or where the sums are not known', async () => {
  expect(await stale(sums('1', '2'), sums('1', '2', 'boot/amd64/'))).toBeUndefined();
  expect(await stale(undefined, sums('1', '2', 'boot/amd64/'))).toBeUndefined();
});
