import { gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { embeddedConfig } from './embedded-config.ts';

const config = 'CONFIG_BLK_DEV_INITRD=y\n# CONFIG_MODULES is not set\n';
const vmlinux = Buffer.concat([
  Buffer.from('code IKCFG_ST code '),
  Buffer.from('IKCFG_ST'),
  gzipSync(config),
  Buffer.from('IKCFG_ED code'),
]);
const size = Buffer.from([1, 2, 3, 4]);

/** A file for x86: four sectors of setup code, some code, and the payload. */
function bzImage(payload: Buffer): Buffer {
  const head = Buffer.alloc(5 * 512 + 100);
  head[0x1f1] = 4;
  head.write('HdrS', 0x202);
  head.writeUInt32LE(100, 0x248);
  head.writeUInt32LE(payload.length, 0x24c);
  return Buffer.concat([head, payload, Buffer.from('signature')]);
}

function zboot(payload: Buffer): Buffer {
  const head = Buffer.alloc(0x40);
  head.write('MZ\0\0zimg');
  head.writeUInt32LE(head.length, 8);
  head.writeUInt32LE(payload.length, 12);
  return Buffer.concat([head, payload]);
}

const read = (image: Buffer) => {
  const said: string[] = [];
  const context = {
    io: recorderIo({}).io,
    signal: new AbortController().signal,
    say: (line: string) => void said.push(line),
  };
  return embeddedConfig(context, image, '/cache').then((found) => found ?? said.join());
};

it.each([
  ['for x86, gzip', bzImage(gzipSync(vmlinux))],
  ['for x86, zstd', bzImage(Buffer.concat([zstdCompressSync(vmlinux), size]))],
  ['for arm64', vmlinux],
  ['for arm64, packed for EFI', zboot(Buffer.concat([zstdCompressSync(vmlinux), size]))],
])('finds the configuration inside a kernel %s', async (_, image) => {
  expect(await read(image)).toBe(config);
});
it('finds none where none is', async () => {
  expect(await read(Buffer.from('no kernel at all'))).toBe('');
  expect(await read(bzImage(gzipSync('code IKCFG_ST code')))).toBe('');
});
it('tells of a file that is cut off', async () => {
  expect(await read(bzImage(gzipSync(vmlinux).subarray(0, 60)))).toMatch(/^the kernel cannot be unpacked/);
});
