import { expect, it } from 'vitest';
import { sectors } from '../test/helpers/running-machines.ts';
import { bootCode, efiProgram } from './boot-code.ts';

it.each([
  ['grub', 'grub'],
  ['grub-legacy', 'grub-legacy'],
  ['lilo', 'lilo'],
  ['extlinux', 'extlinux'],
  ['syslinuxMbr', 'next'],
  ['gptMbr', 'next'],
  ['windows', 'next'],
  ['other', 'unknown'],
  ['table', 'none'],
] as const)('the sector %s is %s', (name, code) => {
  expect(bootCode(sectors[name])).toBe(code);
});
it('knows GRUB 2 that was installed over GRUB 0.97, whose version stays behind the first jump', () => {
  const both = Buffer.from(sectors.grub);
  both.set(Buffer.from('0302', 'hex'), 0x3e);
  expect(bootCode(both)).toBe('grub');
});
it('takes an empty or short sector for nothing', () => {
  expect([bootCode(Buffer.alloc(512)), bootCode(Buffer.alloc(0))]).toEqual(['none', 'none']);
});
it('knows programs of UEFI by a text in them', () => {
  const of = (text: string) => efiProgram(Buffer.from(`MZ…${text}…`));
  expect([
    of('#### LoaderInfo: systemd-boot 257 ####'),
    of('UEFI SHIM\n$Version: 16.1'),
    of('grub_mod_init'),
    of(''),
  ]).toEqual(['systemd-boot', 'shim', 'grub', 'unknown']);
});
