import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readAr } from './ar.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'ar-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

/** A member as ar(5) has it: name, date, owner, group, mode, size, then the content at an even place. */
const member = (name: string, content: string, size = String(content.length)) =>
  `${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'100644'.padEnd(8)}${size.padEnd(10)}\`\n${content}${content.length % 2 ? '\n' : ''}`;

async function read(text: string) {
  const at = path.join(dir, 'x.deb');
  writeFileSync(at, text, 'latin1');
  await using file = await fs.open(at);
  const members = await readAr(file, 'x.deb');
  return members.map(({ name, offset, sizeBytes }) => [name, text.slice(offset, offset + sizeBytes)]);
}

it('finds each member, after odd ones too, with or without a slash behind the name', async () => {
  const text = `!<arch>\n${member('debian-binary', '2.0\n')}${member('control.tar.xz/', 'abc')}${member('data.tar.xz', 'defg')}`;
  expect(await read(text)).toEqual([
    ['debian-binary', '2.0\n'],
    ['control.tar.xz', 'abc'],
    ['data.tar.xz', 'defg'],
  ]);
});
it.each([
  ['', 'the file does not start like an ar archive'],
  ['<html>not found</html>', 'the file does not start like an ar archive'],
  [`!<arch>\n${member('a', 'bc').slice(0, 30)}`, 'a header is cut'],
  [`!<arch>\n${member('a', 'bc', '99')}`, 'a member is cut'],
  [`!<arch>\n${member('a', 'bc', '-1')}`, 'a member is cut'],
])('refuses %j', async (text, words) => {
  await expect(read(text)).rejects.toThrow(words);
});
