import { expect, it } from 'vitest';
import { compareNames, type ManifestEntry } from './manifest/entry.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { compareWithManifest, type Finding, judge, printFindings, verifyRemark } from './verify.ts';
import { manifestEntry } from '../../test/helpers/manifest-entry.ts';

const other = 'b'.repeat(64);

it.each<[string, Partial<ManifestEntry>, Finding['kind'] | undefined, string[]]>([
  ['another content of the same times', { hash: other }, 'rotten', ['content']],
  ['what the disk cannot read', { hash: '!EIO', mtime: '2' }, 'rotten', ['the disk cannot read the file']],
  ['another content with another ctime', { hash: other, ctime: '2' }, 'edited', ['content']],
  ['another content with another mtime', { hash: other, mtime: '2' }, 'edited', ['time', 'content']],
  ['another mode', { mode: 0o600, ctime: '2' }, 'edited', ['mode']],
  ['a copy: another inode and ctime, the same content', { ino: '7', ctime: '2' }, undefined, []],
])('%s', (_, change, kind, what) => {
  const finding = judge({ before: manifestEntry('etc/x'), after: manifestEntry('etc/x', change) });
  expect(finding).toEqual(kind && { kind, path: '/etc/x', what });
});

it('of a sealed image calls rotten what has another ctime: links come and go', () => {
  const pair = { before: manifestEntry('etc/x'), after: manifestEntry('etc/x', { hash: other, ctime: '2' }) };
  expect(judge(pair, { isSealed: true })?.kind).toBe('rotten');
  const edit = { before: manifestEntry('etc/x'), after: manifestEntry('etc/x', { hash: other, mtime: '2' }) };
  expect(judge(edit, { isSealed: true })?.kind).toBe('edited');
});

it('takes in every edit, and no rot', async () => {
  const manifest = [manifestEntry('edited'), manifestEntry('gone'), manifestEntry('rotten'), manifestEntry('same')];
  const tree = [
    manifestEntry('edited', { mode: 0o600 }),
    manifestEntry('new'),
    manifestEntry('new-unreadable', { hash: '!EIO' }),
    manifestEntry('rotten', { hash: other }),
    manifestEntry('same', { ctime: '5' }),
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

it('tells machines what was found, and nothing where all is well', async () => {
  const record = { version: 1, verifiedAt: '2026-02-03T04:05:06Z', rotten: 1, edited: 2, added: 0, removed: 0 };
  const { io } = recorderIo({
    files: {
      '/m/web.verified.json': JSON.stringify(record),
      '/m/good.verified.json': JSON.stringify({ ...record, rotten: 0, edited: 0 }),
    },
  });
  expect(await verifyRemark(io, { manifests: '/m' }, 'web')).toEqual({
    remark: 'Files of web differ from the capture: 1 rotten, 2 edited (verify of 2026-02-03).',
  });
  expect(await verifyRemark(io, { manifests: '/m' }, 'good')).toEqual({});
  expect(await verifyRemark(io, { manifests: '/m' }, 'new')).toEqual({});
});
