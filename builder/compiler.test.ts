import { expect, it } from 'vitest';
import { muslSpecs } from './compiler.ts';

it('makes gcc look for musl and for the headers of the kernel in opened packages, and nowhere else', () => {
  const installed = `*cc1:
%(cc1_cpu) -nostdinc -isystem /usr/include/aarch64-linux-musl -isystem include%s

*link_libgcc:
-L/usr/lib/aarch64-linux-musl -L .%s

*startfile:
%{!shared: /usr/lib/aarch64-linux-musl/Scrt1.o} /usr/lib/aarch64-linux-musl/crti.o crtbeginS.o%s
`;
  expect(muslSpecs(installed, '/cache/musl', '/cache/headers', 'arm64')).toBe(`*cc1:
%(cc1_cpu) -nostdinc -isystem /cache/musl/usr/include/aarch64-linux-musl -isystem /cache/headers/usr/include -isystem /cache/headers/usr/include/aarch64-linux-gnu -isystem include%s

*link_libgcc:
-L/cache/musl/usr/lib/aarch64-linux-musl -L .%s

*startfile:
%{!shared: /cache/musl/usr/lib/aarch64-linux-musl/Scrt1.o} /cache/musl/usr/lib/aarch64-linux-musl/crti.o crtbeginS.o%s
`);
});
