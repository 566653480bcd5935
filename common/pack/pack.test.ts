import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import fc from 'fast-check';
import tar from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { readFrames } from '../system/frames.ts';
import { parseTail, printTail, tailBytes } from './format.ts';
import { framesBelow, framesOf, openPack, sumsOfPack } from './open-pack.ts';
import { readHeaders } from './tar-headers.ts';
import { type ImageToPack, packBytes } from './write-pack.ts';

const decompress = promisify(zlib.zstdDecompress);
const limits = { least: 4096, most: 8192 };
type File = { name: string; bytes: number };

/** A tar with the parents of each file, in the order of tar(1) --sort=name. */
async function tarOf(files: readonly File[]): Promise<Buffer> {
  const pack = tar.pack();
  for (const { name, bytes } of files)
    pack.entry({ name, mtime: new Date(0) }, Buffer.alloc(bytes, name).toString('latin1'));
  pack.finalize();
  return buffer(pack);
}
async function* once(raw: Buffer) {
  yield raw;
}
async function listOf<T>(some: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const one of some) list.push(one);
  return list;
}
const all = async (pieces: AsyncIterable<Buffer>) => Buffer.concat(await listOf(pieces));
const image: ImageToPack = {
  name: 'web',
  script: '#!/bin/sh\n',
  manifestSha256: '0'.repeat(64),
  bytes: 30,
  inodes: 4,
  start: {},
  dirs: [
    ['', { bytes: 10, holeBytes: 0, inodes: 2, links: [] }],
    ['boot', { bytes: 20, holeBytes: 5, inodes: 2, links: [['\xff', 1, 7, 0]] }],
  ],
};
const packOf = async (files: readonly File[]) => all(packBytes(once(await tarOf(files)), 'x', image, limits));
const files: File[] = [
  { name: 'web.systemimager/manifest', bytes: 9000 },
  { name: 'web/boot/efi/a', bytes: 10 },
  { name: 'web/boot/efi/b', bytes: 20_000 },
  { name: 'web/boot/vmlinuz', bytes: 3000 },
  { name: 'web/etc/hosts', bytes: 100 },
  { name: 'web/usr/lib', bytes: 5000 },
];
const namesIn = async (pieces: AsyncIterable<Buffer>) => {
  const end = async function* () {
    yield* pieces;
    yield Buffer.alloc(1024);
  };
  return (await listOf(readHeaders(end(), 'x'))).map((entry) => entry.name);
};

describe('a pack', () => {
  it('is the tar, for every program that reads zstd', async () => {
    const raw = await packOf(files);
    const plain = await all(zlib.createZstdDecompress().end(raw) as AsyncIterable<Buffer>);
    expect(plain.equals(await tarOf(files))).toBe(true);
    expect((await packOf(files)).equals(raw)).toBe(true);
  });

  it('opens from one file and from parts, and gives the same content', async () => {
    const raw = await packOf(files);
    const { io } = recorderIo({ files: { '/x/a.pack': raw } });
    const pack = await openPack(io, '/x/a.pack');
    if (!pack) throw new Error('no pack');
    expect(pack.index.image?.script).toBe('#!/bin/sh\n');
    const content = await all(readFrames(io, framesOf(pack)));
    expect(content.equals(await tarOf(files))).toBe(true);
    const cut = pack.index.frames[2]?.firstByte ?? 0;
    const parted = recorderIo({ files: { '/x/a.pack': raw.subarray(0, cut), '/x/a.pack.1': raw.subarray(cut) } });
    const again = await openPack(parted.io, '/x/a.pack');
    expect(again?.index).toEqual(pack.index);
    expect((await all(readFrames(parted.io, again ? framesOf(again) : []))).equals(content)).toBe(true);
    const torn = recorderIo({ files: { '/x/a.pack': raw.subarray(cut) } });
    await expect(openPack(torn.io, '/x/a.pack')).rejects.toThrow('the pack has');
    expect(await openPack(recorderIo({ files: { '/x/a.pack': raw.subarray(0, cut) } }).io, '/x/a.pack')).toBe(
      undefined,
    );
  });

  it('gives one folder without the frames of others', async () => {
    const { io } = recorderIo({ files: { '/x/a.pack': await packOf(files) } });
    const pack = await openPack(io, '/x/a.pack');
    if (!pack) throw new Error('no pack');
    const tree = framesBelow(pack, 'web');
    expect(await namesIn(readFrames(io, tree))).toEqual(files.slice(1).map((one) => one.name));
    const esp = framesBelow(pack, 'web/boot/efi');
    expect(await namesIn(readFrames(io, esp))).toEqual(expect.arrayContaining(['web/boot/efi/a', 'web/boot/efi/b']));
    expect(esp.length).toBeLessThan(tree.length);
    expect(framesBelow(pack, 'other')).toEqual([]);
  });

  it('whatever its files, each folder comes whole, from the begin of a member to the begin of another', async () => {
    const name = fc.stringMatching(/^[a-c]{1,2}$/);
    const file = fc.record({
      dirs: fc.array(name, { maxLength: 3 }),
      name,
      bytes: fc.integer({ min: 0, max: 20_000 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(file, { minLength: 1, maxLength: 25 }), name, async (some, folder) => {
        const paths = new Map(some.map((one) => [['web', ...one.dirs, `${one.name}.f`].join('\0'), one.bytes]));
        const list = [...paths].sort(([a], [b]) => (a < b ? -1 : 1));
        const sorted = list.map(([key, bytes]) => ({ name: key.replaceAll('\0', '/'), bytes }));
        const { io } = recorderIo({ files: { '/x/a.pack': await packOf(sorted) } });
        const pack = await openPack(io, '/x/a.pack');
        if (!pack) throw new Error('no pack');
        const below = sorted.map((one) => one.name).filter((one) => one.startsWith(`web/${folder}/`));
        const found = await namesIn(readFrames(io, framesBelow(pack, `web/${folder}`)));
        expect(found.filter((one) => one.startsWith(`web/${folder}/`))).toEqual(below);
      }),
      { numRuns: 40 },
    );
  });

  it('names a damaged frame', async () => {
    const raw = await packOf(files);
    const intact = await openPack(recorderIo({ files: { '/x/a.pack': raw } }).io, '/x/a.pack');
    const at = (intact?.index.frames[2]?.firstByte ?? 0) + 20;
    raw[at] = (raw[at] ?? 0) ^ 1;
    const { io } = recorderIo({ files: { '/x/a.pack': raw } });
    const pack = await openPack(io, '/x/a.pack');
    if (!pack) throw new Error('no pack');
    await expect(all(readFrames(io, framesOf(pack)))).rejects.toThrow(/^frame 3 of \d+ of \/x\/a\.pack is damaged/);
  });

  it('tells what mount points hold, as the image server does', async () => {
    const { io } = recorderIo({ files: { '/x/a.pack': await packOf(files) } });
    const pack = await openPack(io, '/x/a.pack');
    expect(pack && (await sumsOfPack(io, pack, ['/', '/boot']))).toMatchObject({
      bytes: 37,
      mounts: [
        { dir: '/', bytes: 10, holeBytes: 0, inodes: 2 },
        { dir: '/boot', bytes: 27, holeBytes: 5, inodes: 3 },
      ],
    });
  });
});

it('the last bytes of a pack come back', () => {
  const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((raw) => Buffer.from(raw).toString('hex'));
  const place = fc.record({ firstByte: fc.maxSafeNat(), bytes: fc.maxSafeNat(), sha256: hash });
  fc.assert(
    fc.property(place, (one) => {
      expect(printTail(one)).toHaveLength(tailBytes);
      expect(parseTail(printTail(one))).toEqual(one);
    }),
  );
  expect(parseTail(Buffer.alloc(tailBytes))).toBe(undefined);
});

it('the content of a frame is that of zstd(1)', async () => {
  const [first] = await listOf(packBytes(once(await tarOf(files.slice(0, 1))), 'x'));
  expect((await decompress(first ?? '')).length).toBeGreaterThan(9000);
});
