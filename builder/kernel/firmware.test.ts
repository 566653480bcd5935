import { expect, it } from 'vitest';
import type { Library } from '../packages/library.ts';
import type { Tree, TreeFile } from '../packages/tree.ts';
import { firmwareEntries } from './firmware.ts';
import type { ModuleFolder } from './module-folder.ts';

const file: TreeFile = { kind: 'file', mode: 0o600 };
const tree: Tree = {
  name: 'firmware-bnx2',
  root: '/opened',
  newestSeconds: 0,
  files: new Map<`/${string}`, TreeFile>([
    ['/usr/lib/firmware/bnx2', { kind: 'dir', mode: 0o755 }],
    ['/usr/lib/firmware/bnx2/old.fw', { kind: 'link', target: '../shared/a.fw' }],
    ['/usr/lib/firmware/shared/a.fw', file],
    ['/usr/lib/firmware/amd/one.bin', file],
    ['/usr/lib/firmware/amd/two.bin.xz', file],
    ['/usr/lib/firmware/other.fw', file],
    ['/usr/share/doc/bnx2/old.fw', file],
  ]),
};
const wishes = (firmware: string[], builtinFirmware: string[] = []) =>
  firmwareEntries(
    {
      builtinFirmware,
      info: async () => ({ depends: [], softdeps: [], aliases: [], firmware, vermagic: '' }),
    } as Partial<ModuleFolder> as ModuleFolder,
    ['bnx2'],
    { open: async () => tree } as Partial<Library> as Library,
    ['firmware-bnx2'],
  );

it('takes what the drivers name, links with what they lead to, and says what no package has', async () => {
  const { entries, lacking } = await wishes(['bnx2/old.fw', 'bnx2/new.fw']);
  expect(entries.map((one) => one.at)).toEqual(['/usr/lib/firmware/bnx2/old.fw', '/usr/lib/firmware/shared/a.fw']);
  expect(lacking).toEqual(['bnx2/new.fw']);
});
it('takes patterns, and packed files as they are', async () => {
  const { entries, lacking } = await wishes(['amd/*.bin']);
  expect(entries.map((one) => one.at)).toEqual(['/usr/lib/firmware/amd/one.bin', '/usr/lib/firmware/amd/two.bin.xz']);
  expect(lacking).toEqual([]);
});
it('lays what a built-in driver asks for where the kernel finds it before the squashfs is mounted', async () => {
  const { entries } = await wishes(['bnx2/old.fw', 'other.fw'], ['bnx2/old.fw']);
  const early = entries.filter((one) => one.early).map((one) => one.at);
  expect(early).toEqual(['/usr/lib/firmware/bnx2/old.fw', '/usr/lib/firmware/shared/a.fw']);
  expect(entries.map((one) => one.at)).toContain('/usr/lib/firmware/other.fw');
});
