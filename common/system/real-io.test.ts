import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UserError } from './errors.ts';
import { isLeft } from './files/temporary.ts';
import { absPath, type AbsPath, under } from './place.ts';
import { realIo as io } from './real-io.ts';

let top: AbsPath;
let tree: AbsPath;
const file = (...names: string[]) => under(tree, ...names);
const names = (at: string) => fs.readdirSync(at).toSorted();

beforeEach(() => {
  top = absPath(fs.mkdtempSync(path.join(os.tmpdir(), 'systemimager-test-')));
  tree = under(top, 'tree');
  fs.mkdirSync(file('etc'), { recursive: true });
  fs.mkdirSync(under(top, 'etc'));
  fs.writeFileSync(under(top, 'etc/secret'), 'of the server');
});
afterEach(() => fs.rmSync(top, { recursive: true }));

/** A tree's link to /etc leads the machine's own root elsewhere than out of the tree. */
const outside = () => fs.symlinkSync(under(top, 'etc'), file('out'));

describe('a place below a root', () => {
  it('is read, listed and looked at inside, whatever its links say', async () => {
    fs.writeFileSync(file('etc/a'), 'inside');
    fs.symlinkSync('/etc/../../etc/a', file('up'));
    fs.symlinkSync('/etc', file('folder'));
    const at = (name: AbsPath) => ({ root: tree, path: name });
    expect(await io.readText(at('/up'))).toBe('inside');
    expect(await io.readText(at('/folder/../../up'))).toBe('inside');
    expect(await io.list(at('/folder'))).toEqual(['a']);
    expect(await io.list(at('/'))).toEqual(['etc', 'folder', 'up']);
    expect((await io.lstat(at('/folder')))?.kind).toBe('link');
    expect((await io.lstat(at('/')))?.kind).toBe('dir');
    expect((await io.stat(at('/folder')))?.kind).toBe('dir');
    expect((await io.stat(at('/up')))?.sizeBytes).toBe('inside'.length);
    expect((await io.stat(file('folder/..')))?.kind).toBe('dir');
    expect(await io.readLink(at('/up'))).toBe('/etc/../../etc/a');
    expect(await io.readText(at('/etc/a/b'))).toBeUndefined();
    outside();
    expect(await io.readText(at('/out/secret'))).toBeUndefined();
    expect(await io.stat(at('/out'))).toBeUndefined();
  });

  it('says which path leads from link to link', async () => {
    fs.symlinkSync('b', file('a'));
    fs.symlinkSync('a', file('b'));
    await expect(io.readText({ root: tree, path: '/a' })).rejects.toThrow(`${tree}/a: more than 40 links`);
  });

  it('is written, made, linked, renamed, copied and removed inside', async () => {
    fs.symlinkSync('/etc/real', file('etc/link'));
    await io.write({ root: tree, path: '/etc/link' }, 'text', { mode: 0o4750 });
    expect(fs.readFileSync(file('etc/real'), 'utf8')).toBe('text');
    expect(fs.statSync(file('etc/real')).mode & 0o7777).toBe(0o4750);
    await io.append({ root: tree, path: '/etc/link' }, ' more');
    await io.mkdir({ root: tree, path: '/a/b/c' }, { mode: 0o1777 });
    expect(fs.statSync(file('a/b/c')).mode & 0o7777).toBe(0o1777);
    await io.copy({ root: tree, path: '/etc/link' }, { root: tree, path: '/a/copy' });
    expect(fs.readFileSync(file('a/copy'), 'utf8')).toBe('text more');
    await io.symlink({ root: tree, path: '/a/copy' }, 'elsewhere');
    await io.rename({ root: tree, path: '/a/copy' }, { root: tree, path: '/a/moved' });
    expect(fs.readlinkSync(file('a/moved'))).toBe('elsewhere');
    fs.symlinkSync(under(top, 'etc'), file('a/b/out'));
    fs.writeFileSync(Buffer.concat([Buffer.from(`${file('a/b')}/`), Buffer.from([0xff])]), 'no text');
    await io.remove({ root: tree, path: '/a' });
    expect(names(tree)).toEqual(['etc']);
    expect(names(under(top, 'etc'))).toEqual(['secret']);
  });

  it('leads nowhere else while a folder on the way changes places with a link', async () => {
    const [real, trap] = [file('etc/d'), file('etc/trap')];
    fs.mkdirSync(real);
    fs.symlinkSync(under(top, 'etc'), trap);
    const over = new AbortController();
    const swaps = (async () => {
      while (!over.signal.aborted) {
        for (const [from, to] of [
          ['d', 'x'],
          ['trap', 'd'],
          ['d', 'trap'],
          ['x', 'd'],
        ] as const) {
          fs.renameSync(file('etc', from), file('etc', to));
          await new Promise(setImmediate);
        }
      }
    })();
    for (let round = 0; round < 300; round += 1)
      await io.write({ root: tree, path: '/etc/d/new' }, 'x', { mode: 0o644 }).catch(() => {});
    over.abort();
    await swaps;
    expect(names(under(top, 'etc'))).toEqual(['secret']);
  });
});

describe('a file that is being written', () => {
  it('has a name that nobody can lay a link to', async () => {
    for (const name of [`a.${process.pid}.tmp`, 'a.tmp']) fs.symlinkSync(under(top, 'etc/secret'), file(name));
    await io.write(file('a'), 'text', { mode: 0o600 });
    await io.symlink(file('a'), 'target');
    expect(fs.readFileSync(under(top, 'etc/secret'), 'utf8')).toBe('of the server');
  });

  it('leaves nothing where it fails', async () => {
    fs.mkdirSync(file('a'));
    await expect(io.write(file('a'), 'text', { mode: 0o600 })).rejects.toThrow('EISDIR');
    expect(names(tree)).toEqual(['a', 'etc']);
  });

  it('may have a name of 255 bytes', async () => {
    const name = 'n'.repeat(255);
    await io.write(file(name), 'text', { mode: 0o600 });
    await io.symlink(file(name), 'target');
    expect(names(tree)).toEqual(['etc', name]);
  });

  it('takes away what a killed process left beside it, and nothing else', async () => {
    // Linux gives no process so high a number (proc_sys_kernel(5), pid_max).
    const old = '.systemimager-other-4194305-00.tmp';
    const young = '.systemimager-other-4194305-01.tmp';
    for (const name of [old, young, 'theirs.123.tmp']) fs.writeFileSync(file('etc', name), '');
    fs.utimesSync(file('etc', old), 0, 0);
    await io.write(file('etc/a'), 'text', { mode: 0o600 });
    expect(names(file('etc'))).toEqual([young, 'a', 'theirs.123.tmp']);
    expect(isLeft(young, Date.now(), Date.now())).toBe(false);
  });
});

describe('what is no plain file', () => {
  const nobody = absPath('/dev/zero');

  it('is not read, and nobody waits for it', async () => {
    const socket = net.createServer().listen(file('socket'));
    await new Promise((resolve) => socket.once('listening', resolve));
    fs.symlinkSync(file('socket'), file('etc/link'));
    for (const at of [
      file('socket'),
      nobody,
      { root: tree, path: '/socket' } as const,
      { root: absPath('/'), path: nobody },
    ])
      await expect(io.read(at)).rejects.toThrow(/is a (socket|device), and no plain file/);
    await expect(io.copy(file('socket'), file('copy'))).rejects.toThrow(UserError);
    await expect(io.append(absPath('/dev/null'), 'x')).rejects.toThrow('/dev/null is no plain file');
    socket.close();
  });

  it('is read where a person named it', async () => {
    expect(await io.readText('/dev/null', { isGiven: true })).toBe('');
    await expect(io.read(nobody, { isGiven: true, limitBytes: 2 ** 20 })).rejects.toThrow('more than 1 MiB');
  });
});

it('reads a named pipe line by line, and leaves in the pipe what comes after the end', async () => {
  const at = file('pipe');
  await io.run({ argv: ['mkfifo', at] });
  const lines: string[] = [];
  const stop = new AbortController();
  const done = io.readPipe(at, (line) => void lines.push(line), stop.signal);
  const say = (script: string) => io.run({ argv: ['sh', '-c', script, at] });
  await say('echo one >"$0"');
  await say('printf "two\nhalf" >"$0"');
  await vi.waitFor(() => expect(lines).toEqual(['one', 'two']));
  const keeper = fs.openSync(at, fs.constants.O_RDWR);
  stop.abort();
  await done;
  expect(lines).toEqual(['one', 'two', 'half']);
  await say('echo later >"$0"');
  const again = new AbortController();
  const next = io.readPipe(at, (line) => void lines.push(line), again.signal);
  await vi.waitFor(() => expect(lines.at(-1)).toBe('later'));
  again.abort();
  await next;
  fs.closeSync(keeper);
});

describe('a file of many bytes', () => {
  it('is not read past its limit', async () => {
    fs.writeFileSync(file('a'), '12345');
    expect(await io.readText(file('a'), { limitBytes: 5 })).toBe('12345');
    await expect(io.readText(file('a'), { limitBytes: 4 })).rejects.toThrow(UserError);
    fs.truncateSync(file('a'), 8 * 2 ** 40);
    await expect(io.read({ root: tree, path: '/a' })).rejects.toThrow(`${tree}/a holds more than 64 MiB`);
  });

  it('is read whole where it says that it is empty', async () => {
    expect((await io.readText('/proc/self/mountinfo'))?.endsWith('\n')).toBe(true);
    expect((await io.read('/proc/self/smaps'))?.length).toBeGreaterThan(64 * 1024);
  });
});

it('changes nothing of what it reads, writes and names, UTF-8 or not', async () => {
  const folder = file('etc');
  // é in ISO 8859-1: no UTF-8.
  fs.writeFileSync(Buffer.from(`${folder}/\xe9`, 'latin1'), Buffer.from('# \xe9 \xc3\xbc\n', 'latin1'));
  const [name = ''] = (await io.list(folder)) ?? [];
  const at = under(folder, name);
  expect(name).toBe('\udce9');
  expect((await io.lstat(at))?.kind).toBe('file');
  const text = await io.readText(at);
  expect(text).toBe('# \udce9 ü\n');
  await io.write(at, `${text}second\n`, { mode: 0o600 });
  await io.append(at, '\udce9\n');
  const bytes = Buffer.from('# \xe9 \xc3\xbc\nsecond\n\xe9\n', 'latin1');
  expect(await io.read(at)).toEqual(bytes);
  expect(await io.read({ root: tree, path: `/etc/${name}` })).toEqual(bytes);
  await io.symlink(under(folder, 'link'), at);
  await io.symlink(under(folder, 'link'), at);
  expect(await io.readLink(under(folder, 'link'))).toBe(at);
  await io.mkdir({ root: tree, path: `/etc/${name}.d/\udcff` }, { mode: 0o750 });
  await io.rename(at, `${at}.d/\udcff/file`);
  await io.copy({ root: tree, path: `/etc/${name}.d/\udcff/file` }, `${at}2`);
  expect(fs.readdirSync(folder, 'latin1')).toEqual(['link', '\xe9.d', '\xe92']);
  await io.remove({ root: tree, path: `/etc/${name}2` });
  await io.remove(`${at}.d`);
  expect(names(folder)).toEqual(['link']);
});

it('names the file that a person knows in the error of a system call', async () => {
  await expect(io.write({ root: tree, path: '/no/a' }, '', { mode: 0o644 })).rejects.toMatchObject({
    code: 'ENOENT',
    path: `${tree}/no/a`,
  });
  await expect(io.read({ root: tree, path: '/etc' })).rejects.toMatchObject({ code: 'EISDIR', path: `${tree}/etc` });
});
