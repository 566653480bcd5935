import { expect, it } from 'vitest';
import { compareNames, type ManifestEntry } from './manifest/entry.ts';
import { compareWithManifest, type Finding, judge, printFindings } from './verify.ts';

const entry = (name: string, more: Partial<ManifestEntry> = {}): ManifestEntry => ({
  name,
  type: 'f',
  mode: 0o644,
  uid: 0,
  gid: 0,
  sizeBytes: 1,
  mtime: '1',
  ctime: '1',
  ino: '1',
  hash: 'a'.repeat(64),
  attributes: '',
  target: '',
  sameAs: '',
  ...more,
});
const other = 'b'.repeat(64);

it.each<[string, Partial<ManifestEntry>, Finding['kind'] | undefined, string[]]>([
  ['another content of the same times', { hash: other }, 'rotten', ['content']],
  ['what the disk cannot read', { hash: '!EIO', mtime: '2' }, 'rotten', ['the disk cannot read it']],
  ['another content with another ctime', { hash: other, ctime: '2' }, 'edited', ['content']],
  ['another content with another mtime', { hash: other, mtime: '2' }, 'edited', ['time', 'content']],
  ['another mode', { mode: 0o600, ctime: '2' }, 'edited', ['mode']],
  ['a copy: another inode and ctime, the same content', { ino: '7', ctime: '2' }, undefined, []],
])('%s', (_, change, kind, what) => {
  const finding = judge({ before: entry('etc/x'), after: entry('etc/x', change) });
  expect(finding).toEqual(kind && { kind, path: '/etc/x', what });
});

it('takes in every edit, and no rot', async () => {
  const manifest = [entry('edited'), entry('gone'), entry('rotten'), entry('same')];
  const tree = [
    entry('edited', { mode: 0o600 }),
    entry('new'),
    entry('new-unreadable', { hash: '!EIO' }),
    entry('rotten', { hash: other }),
    entry('same', { ctime: '5' }),
  ];
  const stream = async function* (entries: ManifestEntry[]) {
    yield entries.toSorted((a, b) => compareNames(a.name, b.name));
  };
  const findings: Finding[] = [];
  const kept: ManifestEntry[] = [];
  for await (const some of compareWithManifest(stream(manifest), stream(tree), (one) => findings.push(one)))
    kept.push(...some);
  expect(findings.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
    'edited /edited',
    'removed /gone',
    'added /new',
    'rotten /new-unreadable',
    'rotten /rotten',
  ]);
  expect(kept.map(({ name, mode, hash, ctime }) => [name, mode, hash[0], ctime])).toEqual([
    ['edited', 0o600, 'a', '1'],
    ['new', 0o644, 'a', '1'],
    ['rotten', 0o644, 'a', '1'],
    ['same', 0o644, 'a', '5'],
  ]);
});

it('counts in words', () => {
  expect(printFindings({ rotten: 1, edited: 2, added: 0, removed: 3 })).toBe('1 rotten, 2 edited, 3 removed');
});
