import { expect, it } from 'vitest';
import { here } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import { listWrites } from './list-writes.ts';

const write = (path: '/a/etc/hosts' | '/a/etc/hostname', more: { backup?: boolean } = {}): Step => ({
  why: `Write ${path}`,
  kind: 'write',
  at: here(path),
  content: '',
  mode: 0o644,
  ...more,
});

it('tells each path once, in order, and the backup of a file that is kept', () => {
  const steps = [write('/a/etc/hosts', { backup: true }), write('/a/etc/hostname'), write('/a/etc/hostname')];
  expect(listWrites(steps)).toEqual(['/a/etc/hostname', '/a/etc/hosts', '/a/etc/hosts.~1~']);
});
