import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { readKernelImage } from './kernel-image.ts';

function bzImage({ protocol = 0x20f, flags = 0x7f } = {}): Buffer {
  const bytes = Buffer.alloc(0x400);
  bytes.writeUInt16LE(0xaa55, 0x1fe);
  bytes.write('HdrS', 0x202);
  bytes.writeUInt16LE(protocol, 0x206);
  bytes.writeUInt16LE(0x100, 0x20e);
  bytes.writeUInt16LE(flags, 0x236);
  bytes.write('6.1.0-56-amd64 (debian-kernel@lists.debian.org)', 0x300);
  return bytes;
}

function arm64Image(): Buffer {
  const bytes = Buffer.alloc(0x400);
  bytes.write('ARM\x64', 0x38);
  bytes.write('Linux version 6.12.9-arm64 (builder) #1 SMP', 0x200);
  return bytes;
}

const zboot = Buffer.concat([Buffer.from('MZ\0\0zimg'), Buffer.alloc(0x400)]);

it('reads version and architecture of a kernel for x86_64', () => {
  expect(readKernelImage('vmlinuz', bzImage(), 'amd64')).toMatchObject({ version: '6.1.0-56-amd64' });
});
it.each([
  ['as it is', arm64Image()],
  ['gzipped', gzipSync(arm64Image())],
])('reads a kernel for arm64 %s, and gives it unpacked', (_, content) => {
  const image = readKernelImage('Image', content, 'arm64');
  expect(image.version).toBe('6.12.9-arm64');
  expect(image.bytes.equals(arm64Image())).toBe(true);
});
it('takes a kernel that EFI unpacks, whose version nobody can see', () => {
  expect(readKernelImage('vmlinuz', zboot, 'arm64').version).toBeUndefined();
});
it.each([
  ['text', Buffer.from('root:x:0:0'), 'is no Linux kernel for amd64 or arm64'],
  ['nothing', Buffer.alloc(0), 'is no Linux kernel'],
  ['zeros', Buffer.alloc(4096), 'is no Linux kernel'],
  ['a boot sector without a kernel', Buffer.concat([Buffer.alloc(510), Buffer.from([0x55, 0xaa])]), 'is no Linux'],
  ['vmlinux', Buffer.concat([Buffer.from('\x7fELF'), Buffer.alloc(100)]), 'is no Linux kernel'],
  ['some other gzip file', gzipSync('text'), 'is no Linux kernel'],
  ['a cut gzip file', gzipSync(arm64Image()).subarray(0, 40), 'is a damaged gzip file'],
  ['a 32-bit kernel', bzImage({ flags: 0 }), 'is a 32-bit kernel'],
  ['a kernel of 2007', bzImage({ protocol: 0x206 }), 'is a 32-bit kernel'],
  ['a kernel of the other architecture', arm64Image(), 'is a kernel for arm64, and this build is for amd64'],
])('refuses %s', (_, content, words) => {
  expect(() => readKernelImage('/k', content, 'amd64')).toThrow(words);
});
