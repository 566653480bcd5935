import { describe, expect, it } from 'vitest';
import type { Change } from '../plan.ts';
import type { EtcEntry, EtcTree } from './base.ts';
import { type EtcFacts, judge, mergeEtc, nextBase } from './merge.ts';

const file = (sum: string): EtcEntry => ({ kind: 'file', mode: 0o644, uid: 0, gid: 0, sum });
const dir: EtcEntry = { kind: 'dir', mode: 0o755, uid: 0, gid: 0, sum: '' };
const tree = (text: string): EtcTree =>
  new Map(
    text
      .split(' ')
      .filter(Boolean)
      .map((word) => {
        const [name = '', sum] = word.split('=');
        return [`etc/${name}`, sum === undefined ? dir : file(sum)];
      }),
  );
const facts = (here: string, image: string, base?: string): EtcFacts => ({
  here: tree(here),
  image: tree(image),
  base: base === undefined ? undefined : tree(base),
  keep: [],
  take: [],
});
const change = (name: string, reason: Change['reason'], kind: Change['kind'] = 'file'): Change => ({
  path: `etc/${name}`,
  kind,
  reason,
  details: [],
  sizeBytes: 1,
  mtime: '',
  layer: 0,
});
const words = (verdict: ReturnType<typeof judge>) =>
  verdict.what === 'take' ? 'take' : `${verdict.isConflict ? 'conflict' : 'keep'}: ${verdict.why}`;

describe('the merge of /etc', () => {
  it.each([
    ['x=1', 'x=2', 'x=1', 'take'],
    ['x=2', 'x=1', 'x=1', 'keep: changed on this machine'],
    ['x=2', 'x=3', 'x=1', 'conflict: changed on this machine, and changed in the image'],
    ['', 'x=1', '', 'take'],
    ['', 'x=1', 'x=1', 'keep: removed on this machine'],
    ['', 'x=2', 'x=1', 'conflict: removed on this machine, and changed in the image'],
    ['x=1', '', 'x=1', 'take'],
    ['x=2', '', 'x=1', 'conflict: changed on this machine, and removed in the image'],
    ['x=1', '', '', 'keep: made on this machine'],
    ['x=1', 'x=2', '', 'conflict: changed on this machine, and changed in the image'],
    ['x=2', 'x=2', 'x=1', 'take'],
    ['x=1', 'x=2', undefined, 'conflict: differs, and nobody knows which version this machine had'],
    ['', 'x=2', undefined, 'take'],
    ['x=1', '', undefined, 'keep: not in the image; made on this machine, as far as known'],
  ])('here %j, in the image %j, before %j: %s', (here, image, base, expected) => {
    expect(words(judge('etc/x', facts(here, image, base)))).toBe(expected);
  });

  it('obeys --keep and --take, for a folder, too', () => {
    const asked = { ...facts('a/x=2 b/x=1', 'a/x=3 b/x=2', 'a/x=1 b/x=1'), take: ['etc/a'], keep: ['etc/b/x'] };
    expect(words(judge('etc/a/x', asked))).toBe('take');
    expect(words(judge('etc/b/x', asked))).toBe('keep: --keep');
  });

  it('removes what an interrupted update left', () => {
    expect(words(judge('etc/.boel-partial/motd', facts('.boel-partial/motd=1', '', 'motd=1')))).toBe('take');
  });

  it('keeps the folder of what it keeps, and brings nothing into a folder that was removed here', () => {
    const merged = mergeEtc(
      [
        change('gone', 'deleted', 'dir'),
        change('gone/mine', 'deleted'),
        change('gone/theirs', 'deleted'),
        change('dropped', 'new', 'dir'),
        change('dropped/file', 'new'),
        { ...change('x', 'new'), path: 'usr/x' },
      ],
      facts('gone gone/mine=1 gone/theirs=1', 'dropped dropped/file=1', 'gone gone/theirs=1 dropped dropped/file=1'),
    );
    expect(merged.changes.map((one) => one.path)).toEqual(['etc/gone/theirs', 'usr/x']);
    expect(merged.kept.map(({ path, rule }) => `${path} ${rule.from}`)).toEqual([
      'etc/gone/mine made on this machine',
      'etc/dropped removed on this machine',
      'etc/dropped/file removed on this machine',
    ]);
  });

  it('writes down what the image has, not what was made here, and nothing of what rules protect', () => {
    const known = facts(
      'same=1 mine=1 both=2 hostname=m1 shadow.d shadow.d/x=1',
      'both=3 new=1',
      'same=1 both=1 old=1',
    );
    const differing = [change('mine', 'deleted'), change('both', 'changed'), change('new', 'new')];
    const kept = ['etc/hostname', 'etc/shadow.d'].map((path) => ({ path, rule: { pattern: '', from: '' } }));
    expect(nextBase(known, differing, { kept, covers: () => true })).toEqual(tree('same=1 both=3 new=1'));
    expect(nextBase(known, [change('both', 'changed')], { kept, covers: (path) => path === 'etc/both' })).toEqual(
      tree('both=3 same=1 old=1'),
    );
    expect(
      nextBase({ ...known, base: undefined }, [], { kept, covers: (path) => path === 'etc/both' }),
    ).toBeUndefined();
  });
});
