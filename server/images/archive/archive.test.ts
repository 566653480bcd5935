import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import tar from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { realIo } from '../../../common/system/real-io.ts';
import { printSteps } from '../../../common/system/apply.ts';
import { absPath } from '../../../common/system/place.ts';
import { serverPaths } from '../../config/paths.ts';
import { Blocks } from '../../../common/pack/blocks.ts';
import { checkArchive, type Contents } from './check.ts';
import { readArchive } from './open.ts';
import { packCommand, planExport } from './plan-export.ts';
import { planAccept, planUnpack } from './plan-import.ts';
import { parsePax, readHeaders, type TarEntry } from '../../../common/pack/tar-headers.ts';

async function* inChunks(raw: Buffer, chunkBytes: number) {
  for (let at = 0; at < raw.length; at += chunkBytes) yield raw.subarray(at, at + chunkBytes);
}
type Member = Parameters<tar.Pack['entry']>[0] & { content?: string };
async function packed(...members: Member[]): Promise<Buffer> {
  const pack = tar.pack();
  for (const { content, ...header } of members) pack.entry(header, content ?? '');
  pack.finalize();
  return buffer(pack);
}
async function entriesOf(raw: Buffer, chunkBytes = 64 * 1024): Promise<TarEntry[]> {
  const found: TarEntry[] = [];
  for await (const entry of readHeaders(inChunks(raw, chunkBytes), '/x.tar')) found.push(entry);
  return found;
}
const contentsOf = async (...members: Member[]): Promise<Contents> =>
  checkArchive(readHeaders(inChunks(await packed(...members), 1000), '/x.tar'), '/x.tar');

describe('the entries of a tar', () => {
  const long = `${'deep/'.repeat(60)}file`;
  const members: Member[] = [
    { name: 'web/', type: 'directory' },
    { name: 'web/a', content: 'x'.repeat(1500) },
    { name: 'web/b', type: 'link', linkname: 'web/a' },
    { name: `web/${long}`, content: 'y', pax: { 'SCHILY.xattr.user.x': '1' } },
    { name: 'web/l', type: 'symlink', linkname: '/etc/hosts' },
    { name: 'web/kůň', content: '' },
  ];
  it('are found in chunks of any length', async () => {
    const raw = await packed(...members);
    const whole = await entriesOf(raw);
    expect(whole.map(({ type, name, linkName }) => [type, Buffer.from(name, 'latin1').toString(), linkName])).toEqual([
      ['5', 'web/', ''],
      ['0', 'web/a', ''],
      ['1', 'web/b', 'web/a'],
      ['0', `web/${long}`, ''],
      ['2', 'web/l', '/etc/hosts'],
      ['0', 'web/kůň', ''],
    ]);
    expect(whole[3]?.keywords.get('SCHILY.xattr.user.x')).toBe('1');
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 3000 }), async (chunkBytes) => {
        expect(await entriesOf(raw, chunkBytes)).toEqual(whole);
      }),
      { numRuns: 20 },
    );
  });
  it('are refused wherever the tar is torn', async () => {
    const raw = await packed(...members);
    for (let length = 0; length < raw.length; length += 256)
      await expect(entriesOf(raw.subarray(0, length))).rejects.toThrow(/is torn|is no tar/);
  });
  it('are refused where a header was written over', async () => {
    const raw = await packed(...members);
    raw.write('evil', 10);
    await expect(entriesOf(raw)).rejects.toThrow('no header of a tar at byte 0');
    await expect(entriesOf(Buffer.from('no tar '.repeat(200)))).rejects.toThrow('no header of a tar');
  });
});

it('records of a pax header come back, whatever their bytes', () => {
  const record = (keyword: string, value: string) => {
    const rest = ` ${keyword}=${value}\n`;
    let length = rest.length;
    while (length !== rest.length + String(length).length) length = rest.length + String(length).length;
    return `${length}${rest}`;
  };
  const bytes = fc.uint8Array({ maxLength: 120 }).map((raw) => Buffer.from(raw).toString('latin1'));
  const keyword = fc.stringMatching(/^[A-Za-z.]{1,20}$/);
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(keyword, bytes), { selector: ([name]) => name }), (records) => {
      const raw = Buffer.from(records.map(([name, value]) => record(name, value)).join(''), 'latin1');
      expect([...(parsePax(raw) ?? [])]).toEqual(records);
    }),
  );
  for (const bad of ['x', '5 a=b', '6 a=b\nrest', '99 a=b\n', '0 a=b\n', '6 aab\n'])
    expect(parsePax(Buffer.from(bad))).toBeUndefined();
});

it('blocks pass over what is not asked for', async () => {
  const blocks = new Blocks(inChunks(Buffer.from('0123456789'), 3));
  expect(await blocks.skip(4)).toBe(true);
  expect(String(await blocks.take(3))).toBe('456');
  expect([await blocks.skip(4), await blocks.take(1)]).toEqual([false, undefined]);
});

describe('an archive', () => {
  it.each<[string, Member[], Partial<Contents>]>([
    [
      'of ours has the tree beside what is known of it',
      [{ name: 'web.systemimager/manifest' }, { name: 'web/', type: 'directory' }, { name: 'web/etc/x' }],
      { tree: 'web', beside: 'web.systemimager', entries: 3 },
    ],
    ['of a folder holds the tree in it', [{ name: 'web/', type: 'directory' }, { name: 'web/x' }], { tree: 'web' }],
    ['made inside of a tree is one', [{ name: './', type: 'directory' }, { name: './etc/x' }], { tree: '' }],
    ['of several folders is a tree', [{ name: 'etc/x' }, { name: 'usr/y' }], { tree: '' }],
    ['of one file is a tree', [{ name: 'file' }], { tree: '' }],
    [
      'with ACLs as text is told from one with ACLs in numbers',
      [{ name: 'etc/x', pax: { 'SCHILY.acl.access': 'user::rw-' } }, { name: 'a' }],
      { hasTextAcls: true },
    ],
    [
      'with ACLs in both ways counts as one in numbers',
      [{ name: 'x', pax: { 'SCHILY.acl.access': 'u', 'SCHILY.xattr.system.posix_acl_access': '1' } }, { name: 'a' }],
      { hasTextAcls: false },
    ],
  ])('%s', async (_, members, contents) => {
    expect(await contentsOf(...members)).toMatchObject(contents);
  });

  it.each<[string, Member[], string]>([
    ['an absolute name', [{ name: '/etc/x' }], '"/etc/x" is absolute'],
    ['a name with ..', [{ name: 'a/../../x' }], 'leads out by ..'],
    ['a hard link to an absolute name', [{ name: 'a', type: 'link', linkname: '/etc/shadow' }], 'is absolute'],
    ['a name with a NUL', [{ name: 'x', pax: { path: 'a\0b' } }], 'a NUL in it'],
    [
      'a link beside the tree',
      [{ name: 'web/x' }, { name: 'web.systemimager/script', type: 'symlink', linkname: '/etc/shadow' }],
      'is no plain file',
    ],
    ['a hard link with ..', [{ name: 'a', type: 'link', linkname: '../x' }], 'leads out by ..'],
    [
      'a name behind a link',
      [{ name: './a', type: 'symlink', linkname: '/etc' }, { name: 'a//./x' }],
      'lies behind a link',
    ],
    [
      'a name behind another name of a link',
      [{ name: 'a', type: 'symlink', linkname: '/etc' }, { name: 'b', type: 'link', linkname: './a' }, { name: 'b/x' }],
      'lies behind a link',
    ],
    ['nothing', [], 'holds no file'],
  ])('with %s is refused', async (_, members, message) => {
    await expect(contentsOf(...members)).rejects.toThrow(message);
  });

  it('with two names for one entry is refused', async () => {
    const one = await packed({ name: 'x'.repeat(200), content: 'a' });
    const headers = one.subarray(0, 1024);
    await expect(entriesOf(Buffer.concat([headers, one]))).rejects.toThrow('two headers with a path');
  });
});

describe('export and import', () => {
  const paths = serverPaths('/');
  const ties = { name: 'web.1', script: 'boel image web.1\n', manifests: ['.manifest', '.capture.json'] };
  it('pack the tree, and beside it what is known of it', () => {
    const argv = packCommand(paths, { ties, file: '/x/web.tar' });
    expect(argv.at(-1)).toBe('web.1');
    expect(argv).toContain(
      '--transform=flags=rSH;s,^\\.web\\.1\\.export$,web.1.systemimager/manifest,;s,^web\\.1\\.capture\\.json$,web.1.systemimager/capture.json,;s,^web\\.1\\.master$,web.1.systemimager/script,',
    );
    expect(packCommand(paths, { ties: { name: 'web', manifests: [] } })).toContain('--file=-');
    const steps = printSteps(planExport(paths, { ties, file: '/x/web.tar' }, '/x/.t.tmp'));
    expect(steps).toContain('install -m 0600 /dev/stdin /x/.t.tmp');
    expect(steps).toContain('--file=/x/.t.tmp');
    expect(steps).toContain('mv -T /x/.t.tmp /x/web.tar');
  });
  it('unpack beside the images, and rename when all of it is there', () => {
    const contents = { tree: 'web.1', beside: 'web.1.systemimager', entries: 3, hasTextAcls: false };
    const unpack = printSteps(planUnpack(paths, 'shop', '/x/web.tar', { contents }));
    expect(unpack).toContain('--directory=/var/lib/systemimager/images/.shop.new');
    expect(unpack).not.toContain('--acls');
    const accept = printSteps(planAccept(paths, 'shop', contents, { script: ties.script, hasRecord: true }));
    expect(accept).toContain('boel image shop');
    expect(accept).toContain(
      'mv -T /var/lib/systemimager/images/.shop.new/web.1 /var/lib/systemimager/images/shop\n# Remove',
    );
  });
  it('take another’s tar as the tree that it is', () => {
    const contents = { tree: '', entries: 3, hasTextAcls: true };
    expect(printSteps(planUnpack(paths, 'shop', '/x', { contents }))).toContain('--acls');
    expect(printSteps(planAccept(paths, 'shop', contents, { script: undefined, hasRecord: false }))).toBe(
      '# Give the unpacked image its name, shop\nmv -T /var/lib/systemimager/images/.shop.new /var/lib/systemimager/images/shop\n',
    );
  });
});

it.each(['fd377a585a0000', '425a6839', '504b0304'])('says how to unpack what begins with %s', async (magic) => {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'archive-'));
  const file = absPath(path.join(folder, 'x.tar.xz'));
  await fs.writeFile(file, Buffer.from(magic, 'hex'));
  const reading = readArchive(realIo, file, new AbortController().signal);
  await expect(reading).rejects.toMatchObject({ hint: expect.stringMatching(/^Unpack the file first: .+ \//) });
  await fs.rm(folder, { recursive: true });
});
