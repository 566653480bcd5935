import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { type AbsPath, under } from './place.ts';
import { realIo } from './real-io.ts';

/** é in ISO 8859-1: no UTF-8. */
const latin1 = Buffer.from([0xe9]);

it('changes nothing of what it reads, writes and names, UTF-8 or not', async () => {
  const folder = (await fs.mkdtemp(path.join(os.tmpdir(), 'real-io-'))) as AbsPath;
  const nameOf = (end: string) => Buffer.concat([Buffer.from(`${folder}/`), latin1, Buffer.from(end)]);
  try {
    await fs.writeFile(nameOf(''), Buffer.concat([Buffer.from('# '), latin1, Buffer.from(' ü\n')]));
    const [name = ''] = (await realIo.list(folder)) ?? [];
    const at = under(folder, name);
    expect(name).toBe('\udce9');
    expect((await realIo.lstat(at))?.kind).toBe('file');
    const text = await realIo.readText(at);
    expect(text).toBe('# \udce9 ü\n');
    await realIo.write(at, `${text}second\n`, { mode: 0o600 });
    await realIo.append(at, '\udce9\n');
    expect(await realIo.read(at)).toEqual(Buffer.concat([Buffer.from('# \xe9 \xc3\xbc\nsecond\n\xe9\n', 'latin1')]));

    await realIo.symlink(under(folder, 'link'), at);
    await realIo.symlink(under(folder, 'link'), at);
    expect(await realIo.readLink(under(folder, 'link'))).toBe(at);
    await realIo.mkdir(`${at}.d/\udcff`, { mode: 0o750 });
    await realIo.rename(at, `${at}.d/\udcff/file`);
    await realIo.copy(`${at}.d/\udcff/file`, `${at}2`);
    expect(await fs.readdir(folder, 'latin1')).toEqual(['link', '\xe9.d', '\xe92']);
    await realIo.remove(`${at}2`);
    await realIo.remove(`${at}.d`);
    expect(await fs.readdir(folder)).toEqual(['link']);
  } finally {
    await fs.rm(folder, { recursive: true });
  }
});
