import { spawn as startNode } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Interrupted } from '../interrupt.ts';
import type { Argv, Command, RunHooks } from '../io.ts';
import { absPath, type AbsPath, under } from '../place.ts';
import { environmentWith } from './environment.ts';
import { spawn, writersHold } from './spawn.ts';

let folder: AbsPath;
beforeEach(() => {
  folder = absPath(fs.mkdtempSync(path.join(os.tmpdir(), 'spawn-')));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const run = (argv: Argv, more: Partial<Command> = {}, hooks: RunHooks = {}) => spawn({ argv, ...more }, hooks).exit;
const sh = (script: string, more?: Partial<Command>, hooks?: RunHooks) => run(['sh', '-c', script], more, hooks);

/** False for a zombie as well: whoever inherits it may never ask how it ended. */
function runs(pid: string): boolean {
  const at = `/proc/${pid.trim()}/status`;
  return fs.existsSync(at) && !/^State:\s+Z/m.test(fs.readFileSync(at, 'utf8'));
}

it('gives a program our environment, and nothing of the shell’s', async () => {
  vi.stubEnv('OF_THE_SHELL', '1');
  const { stdout } = await run(['env'], { env: { MORE: 'b=c' } });
  vi.unstubAllEnvs();
  // The shell that asks whether we live adds PWD.
  const lines = Object.entries(environmentWith({ MORE: 'b=c', PWD: '/' })).map(([name, value]) => `${name}=${value}`);
  expect(stdout.trim().split('\n').toSorted()).toEqual(lines.toSorted());
});

it.each([
  ['a code', 'echo out; echo err >&2; exit 3', {}, { code: 3, timedOut: false, stdout: 'out\n', stderr: 'err\n' }],
  ['a signal', 'kill -9 $$', {}, { code: 137, signal: 'SIGKILL', timedOut: false }],
  ['its limit of time', 'exec sleep 60', { limitMs: 50 }, { code: 143, signal: 'SIGTERM', timedOut: true }],
])('tells that a program ended by %s', async (_, script, more, exit) => {
  expect(await sh(script, more)).toMatchObject(exit);
});

it.each<[Argv, RegExp]>([
  [['no-such-program'], /^cannot start no-such-program: it is not here$/],
  [['echo', 'a\0b'], /^"a\\u0000b" cannot be given to echo: the word holds a NUL$/],
  [['echo', '\udce9'], /cannot be given to echo: the word is not UTF-8$/],
])('refuses %j before it starts anything', (argv, error) => {
  expect(() => spawn({ argv }, {})).toThrow(error);
});

it('gives standard input as a text, as bytes or from a file', async () => {
  fs.writeFileSync(under(folder, 'in'), 'of a file');
  const all: Command['stdin'][] = ['\udce9 ü', Buffer.from('bytes'), { file: under(folder, 'in') }, undefined];
  const got = await Promise.all(all.map(async (stdin) => (await run(['cat'], { stdin })).stdout));
  expect(got).toEqual(['\udce9 ü', 'bytes', 'of a file', '']);
});

it.each<[Partial<Command>, number]>([
  [{}, 300_000],
  [{ keepsTail: true }, 65_536],
  [{ isChatty: true }, 65_536],
])('with %j keeps standard output to the end, at least %i characters of it', async (more, chars) => {
  const { stdout } = await sh(`head -c 299999 /dev/zero | tr '\\0' x; echo`, more);
  expect(stdout.endsWith('xx\n')).toBe(true);
  expect(stdout.length).toBeGreaterThanOrEqual(chars);
  expect(stdout.length).toBeLessThanOrEqual(Math.max(300_000, chars));
});

it('writes standard output to a file byte by byte', async () => {
  const stdoutFile = under(folder, 'out');
  expect((await sh(`printf '\\377\\0\\n'`, { stdoutFile })).stdout).toBe('');
  expect(fs.readFileSync(stdoutFile)).toEqual(Buffer.of(0xff, 0, 0x0a));
});

it('lends our locks to every program but one that outlives us or works in a chroot', async () => {
  const fd = fs.openSync(under(folder, 'lock'), 'w');
  writersHold.add(fd);
  const seen = async (more?: Partial<Command>) => (await sh('readlink /proc/self/fd/3', more)).stdout.trim();
  const all = await Promise.all([seen(), seen({ outlivesUs: true }), seen({ chroot: '/' }), seen({ lends: [] })]);
  writersHold.delete(fd);
  fs.closeSync(fd);
  expect(all).toEqual([under(folder, 'lock'), '', '', '']);
});

describe('the end', () => {
  it('comes to the whole group when the caller’s signal is aborted', async () => {
    const stop = new AbortController();
    let child = '';
    const onLine = (line: string) => {
      child = line;
      stop.abort(new Interrupted('SIGTERM'));
    };
    const exit = await sh('sleep 60 & echo $!; wait', {}, { signal: stop.signal, onLine });
    expect(exit.signal).toBe('SIGTERM');
    await vi.waitFor(() => expect(runs(child)).toBe(false));
  });

  it('is not kept off by a program that is left running and holds the pipe', async () => {
    const { stdout, code } = await sh('sleep 60 & echo $!');
    expect(code).toBe(0);
    expect(runs(stdout)).toBe(true);
    process.kill(Number(stdout));
  });

  it.each([
    [{}, false],
    [{ outlivesUs: true }, true],
  ])('of this process: with %j a program runs on: %s', async (more, runsOn) => {
    const command = JSON.stringify({ argv: ['sh', '-c', 'echo $$; exec sleep 60'], ...more });
    const program = `import { spawn } from '${import.meta.dirname}/spawn.ts';
      spawn(${command}, { onLine: (line) => console.log(line) });`;
    const us = startNode(process.execPath, ['--input-type=module', '-e', program]);
    const [line] = (await once(us.stdout, 'data')) as [Buffer];
    const pid = line.toString();
    us.kill('SIGKILL');
    await once(us, 'exit');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(runs(pid)).toBe(runsOn);
    if (runsOn) process.kill(Number(pid));
  });
});

describe('data through a program', () => {
  const pieces = async function* (count: number, fails = false) {
    for (let at = 0; at < count; at += 1) yield Buffer.alloc(1024 * 1024, at);
    if (fails) throw new Error('the source is damaged');
  };
  it('goes in and out piece by piece', async () => {
    let bytes = 0;
    const takesOutput = async (output: AsyncIterable<Buffer>) => {
      for await (const piece of output) bytes += piece.length;
    };
    const exit = await run(['cat'], { stdin: { pieces: pieces(5) }, takesOutput });
    expect([exit.code, exit.stdout, bytes]).toEqual([0, '', 5 * 1024 * 1024]);
  });
  it('ends the program by an error of the source, which is the error', async () => {
    await expect(run(['cat'], { stdin: { pieces: pieces(1, true) } })).rejects.toThrow('the source is damaged');
  });
  it('ends the program by an error of the taker', async () => {
    const takesOutput = () => Promise.reject(new Error('the disk is full'));
    await expect(run(['sleep', '60'], { takesOutput })).rejects.toThrow('the disk is full');
  });
  it('may be more than the program reads', async () => {
    expect((await run(['true'], { stdin: { pieces: pieces(3) } })).code).toBe(0);
  });
});
