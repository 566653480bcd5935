import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cpio } from '../../test/helpers/cpio.ts';
import { CpioNames } from './cpio-names.ts';
import { readInitramfs } from './read-initramfs.ts';

describe('readInitramfs', () => {
  const early = cpio(['kernel/x86/microcode/GenuineIntel.bin']);
  const main = cpio(['init', 'usr/lib/modules/6/kernel/fs/ext4/ext4.ko.xz', 'lib/ü.ko']);
  const names = ['init', 'usr/lib/modules/6/kernel/fs/ext4/ext4.ko.xz', 'lib/ü.ko'];
  it.each([
    ['plain', main, names],
    ['gzip', gzipSync(main), names],
    ['zstd', zstdCompressSync(main), names],
    [
      'microcode before gzip',
      Buffer.concat([early, gzipSync(main)]),
      ['kernel/x86/microcode/GenuineIntel.bin', ...names],
    ],
    ['two plain archives', Buffer.concat([early, main]), ['kernel/x86/microcode/GenuineIntel.bin', ...names]],
  ])('%s', async (_, data, expected) => {
    expect(await readInitramfs(data)).toEqual({ names: expected, texts: {} });
  });

  it('says by what it is packed where it cannot read it, and when it is cut short', async () => {
    expect((await readInitramfs(Buffer.from('fd377a585a0000', 'hex'))).unread).toMatch('packed by xz');
    expect((await readInitramfs(gzipSync(main).subarray(0, 60))).unread).toMatch('damaged (gzip');
    expect((await readInitramfs(gzipSync(main.subarray(0, 130)))).unread).toMatch('cut short');
    expect((await readInitramfs(main.subarray(0, 130))).unread).toMatch('cut short');
  });

  /** An archive whose header has this in the place of the file's size (54) or the name's (94). */
  const withSize = (at: number, digits: string) =>
    Buffer.concat([main.subarray(0, at), Buffer.from(digits), main.subarray(at + 8)]);
  it.each([
    [54, 'nonsense'],
    [54, '-0000001'],
    [54, '0x000001'],
    [54, '80000000'],
    [54, 'ffffffff'],
    [94, 'fffffffd'],
    [94, '00000000'],
    [94, '00000001'],
    [94, '        '],
  ])('ends where the number at byte %i of a header is %s, packed or not', async (at, digits) => {
    for (const data of [withSize(at, digits), gzipSync(withSize(at, digits))])
      expect((await readInitramfs(data)).unread).toMatch('is damaged (');
  });

  it('ends with whatever bytes', async () => {
    const piece = fc.oneof(fc.constantFrom(main, early, gzipSync(main)), fc.uint8Array({ maxLength: 300 }));
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 3 }), fc.nat(600), fc.nat(255), async (some, at, byte) => {
        const data = Buffer.concat(some);
        if (at < data.length) data[at] = byte;
        expect((await readInitramfs(data)).names.length).toBeLessThan(100);
      }),
    );
  });

  it('reads the same in pieces of any size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 700 }), (bytes) => {
        const reader = new CpioNames((name) => name === 'init');
        const both = Buffer.concat([early, main]);
        for (let at = 0; at < both.length; at += bytes) reader.add(both.subarray(at, at + bytes));
        expect(reader.names).toEqual(['kernel/x86/microcode/GenuineIntel.bin', ...names]);
        expect(reader.ended).toBe(true);
        expect(reader.texts).toEqual({ init: 'content of init' });
      }),
    );
  });
});
