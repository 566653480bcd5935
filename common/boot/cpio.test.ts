import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { buffer } from 'node:stream/consumers';
import cpio from 'cpio-stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AbsPath } from '../system/place.ts';
import { type CpioMember, packCpio, withFolders } from './cpio.ts';

const file = (at: AbsPath, content: string): CpioMember => ({
  kind: 'file',
  at,
  mode: 0o644,
  content: Buffer.from(content),
});

/** Members as a reader of headers finds them: the name's length counts bytes, everything lies at multiples of four. */
function readMembers(archive: Buffer): { name: string; mode: number; content: string; mtime: number }[] {
  const members = [];
  for (let at = 0; ; ) {
    expect(archive.toString('latin1', at, at + 6)).toBe('070701');
    const field = (index: number) =>
      Number.parseInt(archive.toString('latin1', at + 6 + index * 8, at + 14 + index * 8), 16);
    const nameBytes = field(11);
    const name = archive.toString('utf8', at + 110, at + 110 + nameBytes - 1);
    const start = Math.ceil((at + 110 + nameBytes) / 4) * 4;
    if (name === 'TRAILER!!!') return members;
    members.push({ name, mode: field(1), mtime: field(5), content: archive.toString('utf8', start, start + field(6)) });
    at = Math.ceil((start + field(6)) / 4) * 4;
  }
}

describe('packCpio', () => {
  it('gives back what was packed, names of any kind included, in whole blocks', async () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
      .filter((text) => !/[/\0]/.test(text) && !/^\.+$/.test(text));
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(name, fc.string({ unit: 'grapheme' }), { noNullPrototype: true }),
        async (files) => {
          const members = Object.entries(files).map(([at, content]) => file(`/${at}`, content));
          const archive = await packCpio(members);
          expect(archive.length % 512).toBe(0);
          expect(readMembers(archive).map((one) => [`/${one.name}`, one.content])).toEqual(
            Object.entries(files).map(([at, content]) => [`/${at}`, content]),
          );
        },
      ),
      { numRuns: 50 },
    );
  });

  it('keeps no time and no number that another run would not give', async () => {
    const members = withFolders([file('/a/b', 'x'), { kind: 'link', at: '/l', mode: 0o777, target: 'a/ü' }]);
    const archive = await packCpio(members);
    expect(archive.equals(await packCpio(members))).toBe(true);
    expect(readMembers(archive)).toEqual([
      { name: 'a', mode: 0o040755, content: '', mtime: 0 },
      { name: 'a/b', mode: 0o100644, content: 'x', mtime: 0 },
      { name: 'l', mode: 0o120777, content: 'a/ü', mtime: 0 },
    ]);
  });

  it('is read by cpio-stream itself', async () => {
    const extract = cpio.extract();
    const names: string[] = [];
    extract.on('entry', (header, body, next) => {
      names.push(header.name);
      buffer(body).then(() => next(), next);
    });
    await pipeline(Readable.from([await packCpio([file('/init', '#!/bin/sh\n')])]), extract);
    expect(names).toEqual(['init']);
  });
});
