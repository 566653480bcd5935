import { expect, it } from 'vitest';
import { mergeLink, mergeUsr } from './merged-usr.ts';

it.each([
  ['./bin/ls', '/usr/bin/ls'],
  ['lib64/ld-linux-x86-64.so.2', '/usr/lib64/ld-linux-x86-64.so.2'],
  ['/library/x', '/library/x'],
  ['./etc/lvm/', '/etc/lvm/'],
  ['/lib', '/usr/lib'],
])('%s is %s in BOEL', (at, there) => expect(mergeUsr(at)).toBe(there));

it.each([
  ['/lib/x86_64-linux-gnu/libz.so.1', 'libz.so.1.2', 'libz.so.1.2'],
  ['/usr/lib/x86_64-linux-gnu/libz.so', '/lib/x86_64-linux-gnu/libz.so.1', '/usr/lib/x86_64-linux-gnu/libz.so.1'],
  ['/sbin/mkfs.x', '../usr/sbin/y', '/usr/sbin/y'],
  [
    '/lib64/ld-linux-x86-64.so.2',
    '../lib/x86_64-linux-gnu/ld-linux-x86-64.so.2',
    '../lib/x86_64-linux-gnu/ld-linux-x86-64.so.2',
  ],
])('the link %s to %s becomes %s', (at, target, there) => expect(mergeLink(at, target)).toBe(there));
