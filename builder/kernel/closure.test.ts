import { expect, it } from 'vitest';
import { locateModules, moduleClosure } from './closure.ts';
import type { ModuleInfo } from './modinfo.ts';
import type { ModuleFolder } from './module-folder.ts';

/** Modules by name: where they lie and what they say of themselves. */
const modules: Record<string, [path: string, info?: Partial<ModuleInfo>]> = {
  ext4: [
    'fs/ext4/ext4',
    { depends: ['jbd2', 'mbcache'], softdeps: ['crc32c'], aliases: ['fs-ext4', 'fs-ext3', 'ext2'] },
  ],
  jbd2: ['fs/jbd2/jbd2'],
  mbcache: ['fs/mbcache'],
  crc32c: ['lib/crc32c'],
  a: ['drivers/a', { depends: ['b'] }],
  b: ['drivers/b', { softdeps: ['a'] }],
  crc32c_intel: ['arch/x86/crypto/crc32c-intel', { aliases: ['crypto-crc32c', 'crc32c'] }],
  crc32c_generic: ['crypto/crc32c_generic', { aliases: ['crypto-crc32c', 'crc32c'] }],
  btrfs: ['fs/btrfs/btrfs', { softdeps: ['crypto-crc32c'] }],
  e1000: ['drivers/net/e1000', { aliases: ['pci:ext2'] }],
};
const folder: ModuleFolder = {
  at: '/lib/modules/6.1',
  version: '6.1',
  paths: new Map(Object.entries(modules).map(([name, [path]]) => [name, path])),
  builtinFirmware: [],
  builtin: new Set(['loop', 'fs-xfs']),
  file: async () => '/x',
  info: async (name) => ({ depends: [], softdeps: [], aliases: [], firmware: [], vermagic: '', ...modules[name]?.[1] }),
};

it('puts what a module needs before it', async () => {
  expect(await moduleClosure(folder, ['ext4', 'e1000'])).toEqual([
    'jbd2',
    'mbcache',
    'crc32c',
    'crc32c_intel',
    'crc32c_generic',
    'ext4',
    'e1000',
  ]);
});
it('takes every module that answers to an algorithm', async () => {
  expect(await moduleClosure(folder, ['btrfs'])).toEqual(['crc32c_intel', 'crc32c_generic', 'btrfs']);
});
it('comes to an end where two modules need each other, and leaves out what is no module', async () => {
  expect(await moduleClosure(folder, ['a', 'b', 'loop'])).toEqual(['b', 'a']);
});
it('finds modules by name, filesystems by alias too, and what is built in', async () => {
  expect(await locateModules(folder, ['e1000', 'ext3', 'ext2', 'loop', 'xfs', 'reiserfs'])).toEqual({
    modules: ['e1000', 'ext4', 'ext4'],
    builtin: ['loop', 'xfs'],
    missing: ['reiserfs'],
  });
});
