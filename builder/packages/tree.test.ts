import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import tar from 'tar-stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { absPath, under } from '../../common/system/place.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import type { BuildContext } from '../run.ts';
import { openDeb } from './tree.ts';

let dir: string;
let decompressed = 0;
beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'tree-'));
  decompressed = 0;
});
afterEach(() => rmSync(dir, { recursive: true }));

/** Decompressing gives what came in. */
const { io } = recorderIo({
  answer({ stdin, stdoutFile }) {
    decompressed += 1;
    if (stdin instanceof Uint8Array && stdoutFile) writeFileSync(stdoutFile, stdin);
    return {};
  },
});
const context: BuildContext = { io, signal: new AbortController().signal, say: () => {} };

function arMember(name: string, content: Buffer): Buffer {
  const header = `${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'100644'.padEnd(8)}${String(content.length).padEnd(10)}\`\n`;
  return Buffer.concat([Buffer.from(header), content, Buffer.alloc(content.length % 2)]);
}
async function deb(name = 'data.tar.xz') {
  const pack = tar.pack();
  const mtime = new Date(1_700_000_000_500);
  pack.entry({ name: './bin/', type: 'directory', mode: 0o755, mtime });
  pack.entry({ name: './bin/tool', mode: 0o4755, mtime }, 'program');
  pack.entry({ name: './bin/again', type: 'link', linkname: './bin/tool', mtime });
  pack.entry({ name: './usr/bin/short', type: 'symlink', linkname: '../../bin/tool', mtime });
  pack.entry({ name: './etc/conf', mode: 0o640, mtime: new Date(1000) }, 'text');
  pack.finalize();
  const at = absPath(path.join(dir, 'tool_1.0_amd64.deb'));
  const data = await buffer(pack);
  const members = [arMember('debian-binary', Buffer.from('2.0\n')), arMember(name, data)];
  writeFileSync(at, Buffer.concat([Buffer.from('!<arch>\n'), ...members]));
  return at;
}

it('gives the files of a package by their place in BOEL', async () => {
  const tree = await openDeb(context, await deb(), absPath(path.join(dir, 'cache')));
  expect([tree.name, tree.newestSeconds]).toEqual(['tool', 1_700_000_000]);
  expect(Object.fromEntries(tree.files)).toEqual({
    '/usr/bin': { kind: 'dir', mode: 0o755 },
    '/usr/bin/tool': { kind: 'file', mode: 0o4755 },
    '/usr/bin/again': { kind: 'file', mode: 0o4755 },
    '/usr/bin/short': { kind: 'link', target: '/usr/bin/tool' },
    '/etc/conf': { kind: 'file', mode: 0o640 },
  });
  expect(readFileSync(under(tree.root, '/usr/bin/again'), 'utf8')).toBe('program');
});
it('opens a package once', async () => {
  const cache = absPath(path.join(dir, 'cache'));
  const first = await openDeb(context, await deb(), cache);
  expect(await openDeb(context, await deb(), cache)).toEqual(first);
  expect(decompressed).toBe(1);
});
it('refuses a package whose content is packed in a way that is not known', async () => {
  await expect(openDeb(context, await deb('data.tar.lz'), absPath(path.join(dir, 'cache')))).rejects.toThrow(
    'holds no data.tar that is known',
  );
});
