import { mkdtempSync, writeFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AbsPath, absPath, under } from '../../../common/system/place.ts';
import { recorderIo } from '../../../test/helpers/recorder-io.ts';
import { parseAttributes } from './attributes.ts';
import { pairUp } from './cursor.ts';
import { compareNames, differencesOf, type ManifestEntry } from './entry.ts';
import { readManifest, writeManifest } from './file.ts';
import { parseEntry, printEntry } from './format.ts';
import { hashFile } from './hash-file.ts';
import { type Hasher, splitJobs } from './hasher.ts';
import { scanTree, type Scan, type ScanProgress } from './scan.ts';
import { showName } from './show-name.ts';
import { manifestEntry } from '../../../test/helpers/manifest-entry.ts';

/** Bytes as latin1, as many names of files are. */
const bytes = fc.uint8Array({ maxLength: 40 }).map((raw) => Buffer.from(raw).toString('latin1'));
const number = fc.nat(4_294_967_295);
const nanoseconds = fc.bigInt(-(2n ** 62n), 2n ** 62n).map(String);
const anyEntry: fc.Arbitrary<ManifestEntry> = fc.record({
  name: bytes,
  type: fc.constantFrom('f', 'd', 'l', 'b', 'c', 'p', 's'),
  mode: fc.nat(0o7777),
  uid: number,
  gid: number,
  sizeBytes: fc.nat(Number.MAX_SAFE_INTEGER),
  mtime: nanoseconds,
  ctime: nanoseconds,
  ino: fc.nat().map(String),
  hash: fc.constantFrom('', 'a'.repeat(64), '!EIO'),
  attributes: bytes,
  target: bytes,
  sameAs: bytes,
});

async function* stream(...parts: ManifestEntry[][]) {
  yield* parts;
}
async function all<T>(parts: AsyncIterable<T[]>): Promise<T[]> {
  const found: T[] = [];
  for await (const part of parts) found.push(...part);
  return found;
}

let scratch: AbsPath;
beforeAll(() => {
  scratch = absPath(mkdtempSync(path.join(os.tmpdir(), 'manifest-')));
});
afterAll(() => fs.rm(scratch, { recursive: true }));

describe('a line of a manifest', () => {
  it('gives back any entry, whatever bytes its name has', () => {
    fc.assert(
      fc.property(anyEntry, (one) => {
        const line = printEntry(one);
        expect(line).not.toContain('\n');
        expect(parseEntry(Buffer.from(line, 'latin1').toString('latin1'))).toEqual(one);
      }),
    );
  });
  it.each([
    '',
    'f',
    'x\t644\t0\t0\t0\t0\t0\t0\t\t\t\t\tname',
    '# 3 entries',
    `${printEntry(manifestEntry('a'))}\tmore`,
  ])('is not %j', (line) => expect(parseEntry(line)).toBeUndefined());
});

describe('a manifest', () => {
  it('is read as it was written, in any parts', async () => {
    const at = under(scratch, 'written');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(anyEntry, { maxLength: 5 }), { maxLength: 5 }), async (parts) => {
        await writeManifest(at, stream(...parts));
        expect(await all(readManifest(at))).toEqual(parts.flat());
      }),
      { numRuns: 30 },
    );
  });
  it('is refused where any of its end is missing', async () => {
    const at = under(scratch, 'whole');
    await writeManifest(at, stream([manifestEntry('a'), manifestEntry('b')]));
    const whole = await fs.readFile(at);
    for (let length = 0; length < whole.length; length += 1) {
      writeFileSync(under(scratch, 'torn'), whole.subarray(0, length));
      await expect(all(readManifest(under(scratch, 'torn')))).rejects.toThrow(/torn/);
    }
  });
  it('is refused where a line does not read, and of another version', async () => {
    const at = under(scratch, 'odd');
    await writeManifest(at, stream([manifestEntry('a')]));
    const text = await fs.readFile(at, 'latin1');
    writeFileSync(at, text.replace('\t644\t', '\tx\t'));
    await expect(all(readManifest(at))).rejects.toThrow('line 2 does not read');
    writeFileSync(at, text.replace('manifest 1', 'manifest 9'));
    await expect(all(readManifest(at))).rejects.toThrow('no manifest of this version');
  });
  it('leaves nothing where its entries end in an error', async () => {
    const failing = async function* () {
      yield [manifestEntry('a')];
      throw new Error('the disk is gone');
    };
    await expect(writeManifest(under(scratch, 'failed', 'x'), failing())).rejects.toThrow('the disk is gone');
    expect(await fs.readdir(under(scratch, 'failed'))).toEqual([]);
  });
});

describe('the order of names', () => {
  it('is that of a walk: names of a directory by their bytes, each before what is in it', () => {
    const component = fc
      .uint8Array({ minLength: 1, maxLength: 4 })
      .map((raw) => Buffer.from(raw).toString('latin1').replaceAll('/', '.'));
    const name = fc.array(component, { maxLength: 4 });
    const byParts = (a: string[], b: string[]): number => {
      const at = a.findIndex((part, index) => part !== b[index]);
      if (at < 0) return a.length - b.length;
      const [left, right] = [a[at] ?? '', b[at]];
      return right === undefined ? 1 : left < right ? -1 : 1;
    };
    fc.assert(
      fc.property(name, name, (a, b) => {
        expect(Math.sign(compareNames(a.join('/'), b.join('/')))).toBe(Math.sign(byParts(a, b)));
      }),
    );
  });
  it('brings two streams together', async () => {
    const sorted = fc.uniqueArray(bytes, { maxLength: 20 }).map((names) => names.sort(compareNames));
    await fc.assert(
      fc.asyncProperty(sorted, sorted, async (left, right) => {
        const pairs = await all(
          pairUp(stream(left.map((one) => manifestEntry(one))), stream(right.map((one) => manifestEntry(one)))),
        );
        expect(pairs.flatMap((pair) => pair.before?.name ?? [])).toEqual(left);
        expect(pairs.flatMap((pair) => pair.after?.name ?? [])).toEqual(right);
        const both = pairs.filter((pair) => pair.before && pair.after);
        expect(both.map((pair) => pair.after?.name)).toEqual(left.filter((one) => right.includes(one)));
      }),
    );
  });
});

describe('what differs', () => {
  it.each<[string, Partial<ManifestEntry>]>([
    ['mode', { mode: 0o600 }],
    ['owner', { gid: 7 }],
    ['size', { sizeBytes: 2 }],
    ['time', { mtime: '2' }],
    ['content', { hash: 'b'.repeat(64) }],
    ['attributes', { attributes: 'user.x=0x' }],
    ['hard link', { sameAs: 'b' }],
    ['type', { type: 'd', mode: 0 }],
  ])('is told as %s', (word, change) => {
    expect(differencesOf(manifestEntry('a'), manifestEntry('a', change))).toEqual([word]);
  });
  it('is nothing for another inode, and for the time of a directory', () => {
    expect(differencesOf(manifestEntry('a'), manifestEntry('a', { ino: '9', ctime: '9' }))).toEqual([]);
    expect(differencesOf(manifestEntry('a', { type: 'd' }), manifestEntry('a', { type: 'd', mtime: '9' }))).toEqual([]);
  });
});

describe('extended attributes', () => {
  it('are read from getfattr, sorted, long ones as their hash', () => {
    const text =
      '# file: odd\xff\\012name\nuser.b=0x01\nuser.a\\075=0x\ntrusted.SGI_ACL_FILE=0x00\n\n' +
      `# file: .\nuser.long=0x${'00'.repeat(65)}\n\n`;
    const found = parseAttributes(text);
    expect(found.get('odd\xff\nname')).toBe('user.a\\075=0x,user.b=0x01');
    expect(found.get('.')).toMatch(/^user\.long=sha256:[0-9a-f]{64}$/);
    expect(parseAttributes('').size).toBe(0);
  });
});

it('gives each thread some files, and a large one alone', () => {
  const small = Array.from({ length: 300 }, (_, at) => ({ name: String(at), sizeBytes: 1 }));
  const jobs = splitJobs([{ name: 'large', sizeBytes: 1e9 }, ...small]);
  expect(jobs.map((job) => job.length)).toEqual([1, 250, 50]);
  expect(jobs.flat()).toEqual(['large', ...small.map((one) => one.name)]);
});

it.each([
  ['plain', 'plain'],
  [Buffer.from('kůň').toString('latin1'), 'kůň'],
  ['caf\xe9', 'caf\\351'],
  ['two\nlines\x1b', 'two\\012lines\\033'],
])('shows %j as %s', (name, shown) => expect(showName(name)).toBe(shown));

describe('a scan', () => {
  const read: string[] = [];
  const hasher: Hasher = {
    async hash(root, files) {
      read.push(...files.map((one) => one.name));
      return files.map((one) => hashFile(Buffer.concat([Buffer.from(root), Buffer.from(`/${one.name}`, 'latin1')])));
    },
    close: async () => {},
  };
  const scanned = async (at: AbsPath, more: Partial<Scan> = {}) => {
    read.length = 0;
    return all(scanTree({ io: recorderIo({}).io, at, hasher, ...more }));
  };
  let tree: AbsPath;
  beforeAll(async () => {
    tree = under(scratch, 'tree');
    await fs.mkdir(under(tree, 'b/inner'), { recursive: true });
    writeFileSync(Buffer.concat([Buffer.from(`${tree}/b/`), Buffer.from([0xe9, 0x0a])]), 'latin');
    writeFileSync(under(tree, 'b/first'), 'one');
    await fs.link(under(tree, 'b/first'), under(tree, 'z'));
    await fs.symlink('/etc/passwd', under(tree, 'b.link'));
  });

  it('finds every kind of entry in order, and the first name of a file with two', async () => {
    const entries = await scanned(tree);
    expect(entries.map(({ name, type, target, sameAs }) => [name, type, target, sameAs])).toEqual([
      ['', 'd', '', ''],
      ['b', 'd', '', ''],
      ['b/first', 'f', '', ''],
      ['b/inner', 'd', '', ''],
      ['b/\xe9\n', 'f', '', ''],
      ['b.link', 'l', '/etc/passwd', ''],
      ['z', 'f', '', 'b/first'],
    ]);
    expect(read).toEqual(['b/first', 'b/\xe9\n', 'z']);
    expect(entries.at(-1)?.hash).toBe('7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed');
    expect(entries.map((one) => one.name).toSorted(compareNames)).toEqual(entries.map((one) => one.name));
  });

  it('reads only what changed since the manifest, also in a copy by rsync', async () => {
    const manifest = under(scratch, 'tree.manifest');
    await writeManifest(manifest, stream(await scanned(tree)));
    const copy = under(scratch, 'copy');
    await fs.cp(tree, copy, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
    await fs.cp(tree, under(scratch, 'swapped'), { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
    await scanned(tree, { known: { manifest } });
    expect(read).toEqual([]);
    await scanned(copy, { known: { manifest } });
    expect(read).toContain('b/first');
    // A copy rounds times down to the microsecond here; rsync does not.
    for (const name of ['b/first', 'z']) await fs.utimes(under(tree, name), 1, 1);
    for (const name of ['b/first', 'z']) await fs.utimes(under(copy, name), 1, 1);
    await writeManifest(manifest, stream(await scanned(tree)));
    await scanned(copy, { known: { manifest, tree } });
    expect(read).not.toContain('b/first');
    // Somebody wrote to the tree after the manifest was made: what the copy holds is not known then.
    await fs.chmod(under(tree, 'b/first'), 0o600);
    await scanned(copy, { known: { manifest, tree } });
    expect(read).toContain('b/first');
  });

  it('tells of what cannot be read, and how far it is', async () => {
    const told: ScanProgress[] = [];
    const broken: Hasher = { hash: async (_, files) => files.map(() => '!EIO'), close: async () => {} };
    const entries = await scanned(tree, { hasher: broken, onProgress: (one) => told.push({ ...one }) });
    expect(entries.filter((one) => one.hash === '!EIO').map((one) => one.name)).toEqual(['b/first', 'b/\xe9\n', 'z']);
    expect(told.at(-1)).toEqual({ entries: 7, readFiles: 3, readBytes: 11, knownFiles: 0 });
  });
});

describe('hashFile', () => {
  it('never follows a link', () => {
    expect(hashFile(Buffer.from(under(scratch, 'tree', 'b.link')))).toBe('!ELOOP');
    expect(hashFile(Buffer.from(under(scratch, 'nothing')))).toBe('!ENOENT');
  });
  it('reads large and empty files', () => {
    writeFileSync(under(scratch, 'large'), Buffer.alloc(1024 * 1024 + 1, 'x'));
    writeFileSync(under(scratch, 'empty'), '');
    expect(hashFile(Buffer.from(under(scratch, 'large')))).toBe(
      '154b8ed3c2383ce429058768595935faf7851b5c38db2b1732594be1d88bc05a',
    );
    expect(hashFile(Buffer.from(under(scratch, 'empty')))).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
  });
});
