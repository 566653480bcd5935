import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { kernelMachine, runsOn } from './kernel-file.ts';

function file(...parts: [at: number, bytes: string][]): Buffer {
  const data = Buffer.alloc(0x400);
  for (const [at, bytes] of parts) data.write(bytes, at, 'hex');
  return data;
}
const bzImage = (version: string, flags: string) => file([0x202, '48647253'], [0x206, version], [0x236, flags]);
const arm64 = file([0, '4d5a'], [0x38, '41524d64'], [0x3c, '40000000']);

it.each([
  ['a bzImage for 64 bits', bzImage('0f02', '0300'), 'x64'],
  ['a bzImage for 32 bits', bzImage('0f02', '0000'), 'ia32'],
  ['a bzImage older than the flags', bzImage('0a02', '0000'), undefined],
  ['an Image of arm64', arm64, 'arm64'],
  ['a packed Image of arm64', gzipSync(arm64), 'arm64'],
  [
    'an EFI image that unpacks itself',
    file([0, '4d5a0000'], [4, '7a696d67'], [0x3c, '40000000'], [0x40, '5045000064aa']),
    'arm64',
  ],
  ['an Image of riscv64', file([0x38, '52534305']), 'riscv64'],
  ['a zImage of arm', file([0x24, '18286f01']), 'arm'],
  ['a vmlinux of little-endian ppc64', file([0, '7f454c460201'], [18, '1500']), 'ppc64'],
  ['a vmlinux of s390x', file([0, '7f454c460202'], [18, '0016']), 's390x'],
  ['a file of something else', file(), undefined],
  ['an empty file', Buffer.alloc(0), undefined],
  ['a packed file twice', gzipSync(gzipSync(arm64)), undefined],
])('tells for which processors %s is', (_, image, machine) => {
  expect(kernelMachine(image)).toBe(machine);
});

it('takes a kernel for 32 bits on a 64-bit machine of its kind only', () => {
  expect([runsOn('ia32', 'x64'), runsOn('ia32', 'arm64'), runsOn('arm64', 'x64'), runsOn('x64', 'x64')]).toEqual([
    true,
    false,
    false,
    true,
  ]);
});
