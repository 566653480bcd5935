import { describe, expect, it } from 'vitest';
import { serverSource } from '../../install/source/server-source.ts';
import { type Layer, planUpdate, updateSteps, withoutDeletes } from './plan.ts';
import type { Difference } from './scan.ts';
import { firstQuestion, listUpdate, summary } from './show.ts';

const difference = (path: string, change: Difference['change'], more: Partial<Difference> = {}): Difference => ({
  path,
  change,
  kind: 'file',
  details: change === 'changed' ? ['size', 'time'] : [],
  sizeBytes: change === 'removed' ? 0 : 1000,
  mtime: change === 'removed' ? '' : '2026/11/28-03:27:45',
  ...more,
});
const image = (...differences: Difference[]): Layer => ({ tree: { image: 'web_v2' }, differences });
const override = (name: string, has: string[], ...differences: Difference[]): Layer => ({
  tree: { folder: `overrides/${name}`, what: `override ${name}` },
  differences,
  has: new Set(has),
});
const none = new Map<string, number>();

describe('the plan of an update', () => {
  it('gives each name its reason', () => {
    const times = new Map([
      ['etc/older', Date.parse('2026-11-28T03:27:46.100Z')],
      ['etc/newer', Date.parse('2026-11-28T03:27:45.900Z')],
    ]);
    const layers = [
      image(
        difference('etc/older', 'changed'),
        difference('etc/newer', 'changed'),
        difference('etc/fresh', 'new'),
        difference('etc/gone', 'removed'),
        difference('opt', 'changed', { kind: 'dir', details: ['mode'] }),
      ),
    ];
    const kept = [{ path: 'home/alice', rule: { pattern: '/home/*', from: 'LIST line 11' } }];
    const plan = planUpdate(layers, kept, times);
    expect(listUpdate(plan)).toEqual([
      'kept     /home/alice  (LIST line 11: /home/*)',
      'new      /etc/fresh',
      'changed  /etc/newer  (size, time)',
      'older    /etc/older  (size, time)',
      'changed  /opt/  (mode)',
      'deleted  /etc/gone',
    ]);
    expect(summary(plan)).toBe('1 new, 2 changed, 1 older, 1 deleted; 0.0 MB of files differ');
    expect(firstQuestion(plan)).toContain('It removes 1 name:\n  /etc/gone\n');
    expect(withoutDeletes(plan).changes.map((one) => one.path)).not.toContain('etc/gone');
  });

  it('takes each file from the highest layer that has it, and a folder from the lowest', () => {
    const layers = [
      image(
        difference('etc/motd', 'changed'),
        difference('etc/extra', 'removed'),
        difference('etc/dir', 'removed', { kind: 'dir' }),
        difference('etc/both', 'new', { kind: 'dir' }),
      ),
      override('image/web_v2', ['etc/motd', 'etc/dir', 'etc/dir/x'], difference('etc/motd', 'changed')),
      override(
        'host/m1',
        ['etc/motd', 'etc/extra', 'etc/both'],
        difference('etc/motd', 'changed'),
        difference('etc/both', 'new', { kind: 'dir' }),
      ),
    ];
    expect(planUpdate(layers, [], none).changes.map(({ path, layer }) => `${layer} ${path}`)).toEqual([
      '0 etc/both',
      '2 etc/motd',
    ]);
  });

  it('brings content in one go, then links, and removes last; only what is in the way goes first', () => {
    const layers = [
      image(
        difference('usr/lib/x.so.1', 'changed', { kind: 'link' }),
        difference('usr/lib/x.so.1.2', 'new'),
        difference('usr/bin/a', 'changed', { sameAs: 'usr/bin/b' }),
        difference('opt/was-folder', 'new'),
        difference('opt/was-folder/file', 'removed'),
        difference('usr/lib/x.so.1.1', 'removed'),
        difference('usr/old', 'removed', { kind: 'dir' }),
        difference('usr/old/file', 'removed'),
      ),
    ];
    const setting = (value: string) => ({ value, from: 'default' as const, detail: '' });
    const source = serverSource({ IMAGESERVER: setting('10.0.0.1') });
    const steps = updateSteps(planUpdate(layers, [], none), layers, source, '/');
    expect(
      steps.map((step) => {
        if (step.kind === 'prune') return `remove ${step.names.join(' ')}`;
        if (step.kind !== 'run') return step.kind;
        const staged = step.argv.includes('--delay-updates') ? 'staged' : 'at once';
        return `${staged} ${(typeof step.stdin === 'string' ? step.stdin : '').split('\0').join(' ').trim()}`;
      }),
    ).toEqual([
      'remove opt/was-folder/file',
      'staged opt/was-folder usr/lib/x.so.1.2 usr/bin/a usr/bin/b',
      'at once usr/lib/x.so.1',
      'remove usr/old/file usr/old usr/lib/x.so.1.1',
    ]);
  });
});
