import { describe, expect, it } from 'vitest';
import { inside } from '../../common/system/inside.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { isGuarded } from './selinux.ts';

describe('isGuarded', () => {
  const policy = { '/a/etc/selinux/targeted/contexts/files/file_contexts': '' };
  it.each([
    [
      'enforcing',
      { ...policy, '/a/etc/selinux/config': '# SELINUX= x\nSELINUX=enforcing\nSELINUXTYPE=targeted\n' },
      true,
    ],
    ['permissive', { ...policy, '/a/etc/selinux/config': 'SELINUX=permissive\n' }, true],
    ['disabled', { ...policy, '/a/etc/selinux/config': 'SELINUX=disabled\nSELINUXTYPE=targeted\n' }, false],
    ['no policy', { '/a/etc/selinux/config': 'SELINUX=enforcing\n' }, false],
    ['nothing of it', {}, false],
  ])('%s', async (_, files, expected) => {
    expect(await isGuarded(inside(recorderIo({ files }).io, '/a'))).toBe(expected);
  });
});
