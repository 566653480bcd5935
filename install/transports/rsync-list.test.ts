import { expect, it } from 'vitest';
import { ServerAway, UserError } from '../../common/system/errors.ts';
import { readRsyncList } from './rsync-list.ts';

const end = (code: number, text: { stdout?: string; stderr?: string } = {}) => ({
  argv: ['rsync'] as const,
  code,
  timedOut: false,
  stdout: '',
  stderr: '',
  ...text,
});

it('reads kinds, and names with whatever in them', () => {
  const stdout = [
    'drwxr-xr-x          4,096 2026/11/23 00:00:00 .',
    'drwxr-xr-x          4,096 2026/11/23 00:00:00 etc',
    'lrwxrwxrwx              7 2026/11/23 00:00:00 etc/a -> b -> c',
    '-rw-r--r--      1,234,567 2026/11/23 00:00:00 etc/two words\\#012',
    '-rw-r--r--              7 2026/11/23 00:00:00 etc/\\#303\\#251\\#351',
  ].join('\n');
  expect(readRsyncList(end(0, { stdout }))?.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
    'dir etc',
    'link etc/a',
    'file etc/two words\n',
    'file etc/é\udce9',
  ]);
});

it('tells a tree that is not there', () => {
  const stderr = 'rsync: [sender] change_dir "/host/web1" (in overrides) failed: No such file or directory (2)';
  expect(readRsyncList(end(23, { stderr }))).toBeUndefined();
});

it.each([
  [10, '', ServerAway, 'the connection broke'],
  [35, '', ServerAway, 'the server did not answer'],
  [5, '@ERROR: max connections (100) reached', ServerAway, 'the server is full'],
  [5, "@ERROR: Unknown module 'overrides'", UserError, 'Unknown module'],
  [23, 'rsync: opendir failed: Permission denied', UserError, 'Permission denied'],
])('exit %i %j is a %o', (code, stderr, kind, message) => {
  let thrown: unknown;
  try {
    readRsyncList(end(code, { stderr }));
  } catch (error) {
    thrown = error;
  }
  expect((thrown as Error).constructor).toBe(kind);
  expect((thrown as Error).message).toContain(message);
});
