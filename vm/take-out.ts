import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { AbsPath } from '../common/system/place.ts';

/** A line of QMP (QEMU, QMP protocol specification): what the machine did. */
const Event = z.object({ event: z.literal('RESET'), data: z.object({ guest: z.literal(true) }) });

/** The command of QMP that takes a medium out. */
export type TakeOut = { execute: 'eject' | 'device_del'; arguments: Record<string, unknown> };

const retryMs = 200;

/** Connects as soon as QEMU has made the socket; undefined if the machine ends before. */
async function connect(at: AbsPath, signal: AbortSignal): Promise<net.Socket | undefined> {
  while (!signal.aborted) {
    const socket = await new Promise<net.Socket | undefined>((resolve) => {
      const trial = net.connect(at, () => resolve(trial));
      trial.once('error', () => resolve(undefined));
    });
    if (socket) return socket;
    await delay(retryMs, undefined, { signal }).catch(() => {});
  }
  return undefined;
}

/** Takes a medium out when the machine starts again, as a person does: a CD cannot ask whether the machine is installed. */
export async function takeOutAtReset(at: AbsPath, command: TakeOut, signal: AbortSignal): Promise<void> {
  const socket = await connect(at, signal);
  if (!socket) return;
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => {});
  signal.addEventListener('abort', () => socket.destroy());
  const tell = (line: object) => void socket.write(`${JSON.stringify(line)}\n`);
  let isOut = false;
  let rest = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    if (isOut || !lines.some((line) => Event.safeParse(JSON.parse(line)).success)) return;
    isOut = true;
    tell(command);
  });
  tell({ execute: 'qmp_capabilities' });
  await closed;
}
