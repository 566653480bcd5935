import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { absPath } from '../../common/system/place.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { openModules } from './module-folder.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'modules-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

/** An ELF file that has nothing but .modinfo (elf(5)). */
function moduleOf(version: string): Buffer {
  const modinfo = Buffer.from(`vermagic=${version} SMP\0`);
  const names = Buffer.from('\0.modinfo\0.shstrtab\0');
  const header = Buffer.alloc(64);
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
  header.writeBigUInt64LE(BigInt(64 + modinfo.length + names.length), 0x28);
  header.writeUInt16LE(64, 0x3a);
  header.writeUInt16LE(3, 0x3c);
  header.writeUInt16LE(2, 0x3e);
  const section = (name: number, at: number, bytes: number) => {
    const entry = Buffer.alloc(64);
    entry.writeUInt32LE(name, 0);
    entry.writeBigUInt64LE(BigInt(at), 0x18);
    entry.writeBigUInt64LE(BigInt(bytes), 0x20);
    return entry;
  };
  const sections = [section(0, 0, 0), section(1, 64, modinfo.length), section(10, 64 + modinfo.length, names.length)];
  return Buffer.concat([header, modinfo, names, ...sections]);
}

function put(files: Record<string, string | Buffer>): void {
  for (const [at, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(dir, at)), { recursive: true });
    writeFileSync(path.join(dir, at), content);
  }
}

const open = (at: string, wished?: string) => {
  const context = { io: recorderIo({}).io, signal: new AbortController().signal, say: () => {} };
  return openModules(context, absPath(path.join(dir, at)), '/cache', wished);
};

it('has the version from the modules, whatever the folder is called', async () => {
  put({ 'modules/kernel/fs/ext4.ko': moduleOf('6.1.7') });
  expect(await open('modules')).toMatchObject({ version: '6.1.7', paths: new Map([['ext4', 'fs/ext4']]) });
});
it('takes the modules of the wished kernel, where there are several', async () => {
  for (const version of ['5.10.0', '6.1.0', '6.12.0']) put({ [`${version}/kernel/a.ko`]: moduleOf(version) });
  expect((await open('.', '6.1.0')).version).toBe('6.1.0');
  expect((await open('.')).version).toBe('5.10.0');
});
it('leaves the sources alone that `build` leads to', async () => {
  put({ '6.1.0/kernel/a.ko': moduleOf('6.1.0'), 'headers/drivers/built-here.ko': moduleOf('6.1.0') });
  symlinkSync('../headers', path.join(dir, '6.1.0/build'));
  expect([...(await open('6.1.0')).paths.keys()]).toEqual(['a']);
});
it('prefers what an administrator has added', async () => {
  put({
    '6.1.0/kernel/drivers/net/r8168.ko': moduleOf('6.1.0'),
    '6.1.0/updates/dkms/r8168.ko': moduleOf('6.1.0'),
  });
  const folder = await open('6.1.0');
  expect(folder.paths.get('r8168')).toBe('updates/dkms/r8168');
  expect(await folder.file('r8168')).toBe(path.join(dir, '6.1.0/updates/dkms/r8168.ko'));
});
it('opens the folder of a kernel with everything built in', async () => {
  put({ '6.1.0/modules.builtin': 'kernel/fs/ext4/ext4.ko\n' });
  const folder = await open('6.1.0', '6.1.7');
  expect([folder.version, folder.paths.size, [...folder.builtin]]).toEqual(['6.1.7', 0, ['ext4']]);
});
it('refuses a folder without modules, and a module that is none', async () => {
  put({ 'x/y': '', 'z/kernel/a.ko': 'text' });
  await expect(open('x')).rejects.toThrow('holds no kernel modules');
  await expect(open('z')).rejects.toThrow('a.ko is no kernel module');
});
