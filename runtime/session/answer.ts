import fs from 'node:fs/promises';
import net from 'node:net';
import { Interrupted } from '../../common/system/interrupt.ts';
import type { AbsPath } from '../../common/system/place.ts';
import { textOf } from '../../common/system/text.ts';
import { visible } from '../../common/system/visible.ts';
import { frame, framesOf, kinds } from './frames.ts';

/** The words and variables of a call of `boel`, and the input and output of its caller. */
export type Asked = {
  words: string[];
  env: Record<string, string>;
  /** Aborted when `boel` gets a signal or ends, and when we end. */
  signal: AbortSignal;
  out: (text: string) => void;
  err: (text: string) => void;
  readStdin: () => Promise<string>;
};

/** Runs the words; gives the exit code. */
export type Answer = (asked: Asked) => Promise<number>;

/**
 * Answers `boel` (builder/asker/boel.c) at a socket until aborted. Only root reaches the socket, because its folder is root's
 * alone. False if another resident program answers there.
 */
export async function answerAt(at: AbsPath, signal: AbortSignal, answer: Answer): Promise<boolean> {
  if (await isAnswered(at)) return false;
  // A resident program that was killed leaves its socket.
  await fs.rm(at, { force: true });
  const server = net.createServer((socket) => void talk(socket, signal, answer));
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(at, resolve));
  await fs.chmod(at, 0o600);
  signal.addEventListener('abort', () => server.close(), { once: true });
  return true;
}

function isAnswered(at: AbsPath): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(at, () => resolve(true));
    socket.on('error', () => resolve(false)).on('connect', () => socket.destroy());
  });
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

async function talk(socket: net.Socket, ours: AbortSignal, answer: Answer): Promise<void> {
  // The end of the frames tells that `boel` is gone.
  socket.on('error', () => {});
  const ended = new AbortController();
  const end = (name: Interrupted['signal']) => ended.abort(new Interrupted(name));
  const words: string[] = [];
  const env: Record<string, string> = {};
  const input: Buffer[] = [];
  const whole = Promise.withResolvers<string>();
  whole.promise.catch(() => {});
  const begin = async () => {
    const send = (kind: string, content: string | Uint8Array) => void socket.write(frame(kind, content));
    const code = await answer({
      words,
      env,
      signal: AbortSignal.any([ours, ended.signal]),
      out: (text) => send(kinds.output, visible(text)),
      err: (text) => send(kinds.error, visible(text)),
      readStdin() {
        send(kinds.input, '');
        return whole.promise;
      },
    });
    socket.end(frame(kinds.exit, Buffer.of(code)));
  };
  const take: Record<string, (bytes: Buffer) => void> = {
    [kinds.word]: (bytes) => void words.push(textOf(bytes)),
    [kinds.variable](bytes) {
      const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(textOf(bytes)) ?? [];
      env[name] = value;
    },
    [kinds.go]: () => void begin(),
    [kinds.input]: (bytes) => void (bytes.length > 0 ? input.push(bytes) : whole.resolve(textOf(Buffer.concat(input)))),
    [kinds.signal]: (bytes) => end(signals.find((name) => name === textOf(bytes)) ?? 'SIGTERM'),
  };
  try {
    for await (const { kind, bytes } of framesOf(socket)) take[kind]?.(bytes);
  } catch {
    // `boel` ended in the middle, or another program sent this.
  }
  end('SIGHUP');
  whole.reject(ended.signal.reason);
  socket.destroy();
}
