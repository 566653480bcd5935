import { mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { absPath } from '../../common/system/place.ts';
import { type Answer, answerAt } from './answer.ts';
import { frame, framesOf, kinds } from './frames.ts';

let folder = '';
let stop = new AbortController();
const at = () => absPath(path.join(folder, 'socket'));

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'answer-'));
  stop = new AbortController();
});
afterEach(() => {
  stop.abort();
  rmSync(folder, { recursive: true });
});

/** A `boel` that is asked with `words`, and gives standard input in these pieces. */
async function asks(words: string[], env: Record<string, string> = {}, input: string[] = []) {
  const socket = net.connect(at());
  for (const word of words) socket.write(frame(kinds.word, word));
  for (const [name, value] of Object.entries(env)) socket.write(frame(kinds.variable, `${name}=${value}`));
  socket.write(frame(kinds.go, ''));
  const got = { out: '', err: '', code: undefined as number | undefined, wasAsked: false };
  const all = (async () => {
    for await (const { kind, bytes } of framesOf(socket)) {
      if (kind === kinds.output) got.out += bytes.toString();
      if (kind === kinds.error) got.err += bytes.toString();
      if (kind === kinds.exit) got.code = bytes[0];
      if (kind !== kinds.input) continue;
      got.wasAsked = true;
      for (const piece of [...input, '']) socket.write(frame(kinds.input, piece));
    }
    return got;
  })();
  return { socket, all };
}

/** Answers with what it was asked, and standard input where the first word asks for it. */
const echo: Answer = async ({ words, env, out, err, readStdin }) => {
  out(`${words.join('|')} ${JSON.stringify(env)}\n`);
  if (words[0] === 'cat') out(await readStdin());
  err('an error\x1b[2J\n');
  return words.length;
};

it('gives words and variables on, and what comes back', async () => {
  expect(await answerAt(at(), stop.signal, echo)).toBe(true);
  const { all } = await asks(['say', '', 'a b\n=ü'], { BOEL_RUN: '1', BOEL_X: 'a=b' });
  expect(await all).toEqual({
    out: 'say||a b\n=ü {"BOEL_RUN":"1","BOEL_X":"a=b"}\n',
    err: expect.stringMatching(/^an error[^\x1b]*\n$/),
    code: 3,
    wasAsked: false,
  });
});

it('asks for standard input where it is read, and nowhere else', async () => {
  await answerAt(at(), stop.signal, echo);
  const { all } = await asks(['cat'], {}, ['one\ntw', 'o\n']);
  expect(await all).toMatchObject({ out: 'cat {}\none\ntwo\n', wasAsked: true });
});

it('is for root alone, and only one answers at a socket', async () => {
  await answerAt(at(), stop.signal, echo);
  expect(statSync(at()).mode & 0o777).toBe(0o600);
  expect(await answerAt(at(), stop.signal, echo)).toBe(false);
});

it('takes the place of one that was killed', async () => {
  const killed = net.createServer().listen(at());
  await new Promise((resolve) => killed.once('listening', resolve));
  // The socket of a killed process stays.
  renameSync(at(), `${at()}.kept`);
  await new Promise((resolve) => killed.close(resolve));
  renameSync(`${at()}.kept`, at());
  expect(await answerAt(at(), stop.signal, echo)).toBe(true);
  expect(await (await asks(['say'])).all).toMatchObject({ code: 1 });
});

const untilAborted: Answer = ({ signal, err }) =>
  new Promise((resolve) => {
    err('begun\n');
    signal.addEventListener('abort', () => {
      err(`${(signal.reason as Error).message}\n`);
      resolve(7);
    });
  });

it('a signal that boel gets ends the verb, and its last words still come', async () => {
  await answerAt(at(), stop.signal, untilAborted);
  const { socket, all } = await asks(['image']);
  socket.write(frame(kinds.signal, 'SIGINT'));
  expect(await all).toMatchObject({ err: 'begun\nended by SIGINT\n', code: 7 });
});

it.each(['reads standard input', 'works'])('a boel that is killed ends the verb that %s', async (does) => {
  const ended = Promise.withResolvers<string>();
  await answerAt(at(), stop.signal, async ({ signal, readStdin, err }) => {
    signal.addEventListener('abort', () => ended.resolve((signal.reason as Error).message));
    err('begun\n');
    await (does === 'works' ? ended.promise : readStdin().catch(() => ''));
    return 0;
  });
  const { socket, all } = await asks(['layout']);
  all.catch(() => {});
  await new Promise((resolve) => socket.once('data', resolve));
  socket.destroy();
  expect(await ended.promise).toBe('ended by SIGHUP');
});

it('whoever talks nonsense ends nobody else', async () => {
  await answerAt(at(), stop.signal, echo);
  const stranger = net.connect(at());
  stranger.on('error', () => {}).write(Buffer.alloc(64, 0xff));
  await new Promise((resolve) => stranger.once('close', resolve));
  expect(await (await asks(['say', 'it'])).all).toMatchObject({ code: 2 });
});
