import type { Io } from '../../common/system/io.ts';
import { queueEvent } from './events.ts';
import { paths } from '../paths.ts';

/** Between two looks at what the consoles showed. */
const everyMs = 2000;
/** The server takes events of a megabyte; escaped, a character may have six bytes. */
const eventChars = 100_000;
/** The server takes events of two thousand values (server/http/flat-json.ts). */
const eventLines = 1000;
/** The server keeps no more of an installation's console (server/reports/store.ts), and memory here is short. */
const maxLogBytes = 4 * 1024 * 1024;
const restIsHere = `The rest is not reported; it is in ${paths.console} on the machine.`;

/** Queues what the consoles show for the server, from the first line on, until aborted. */
export async function reportLog(io: Io, signal: AbortSignal): Promise<void> {
  let doneBytes = 0;
  while (!signal.aborted && doneBytes < maxLogBytes) {
    // Memory may be short for a moment.
    doneBytes = await queueNewLines(io, doneBytes).catch(() => doneBytes);
    await io.sleep(everyMs, signal).catch(() => {});
  }
}

/** Queues the whole lines of the console log after its first `doneBytes`, and tells how many bytes are done then. */
export async function queueNewLines(io: Io, doneBytes: number): Promise<number> {
  const sizeBytes = (await io.lstat(paths.console))?.sizeBytes ?? 0;
  if (sizeBytes <= doneBytes) return doneBytes;
  const fresh = (await io.readPart(paths.console, doneBytes, maxLogBytes - doneBytes)) ?? Buffer.alloc(0);
  const whole = fresh.subarray(0, fresh.lastIndexOf('\n') + 1);
  let lines: string[] = [];
  let chars = 0;
  const flush = async () => {
    if (lines.length > 0) await queueEvent(io, { kind: 'log', lines });
    lines = [];
    chars = 0;
  };
  for (const line of whole.toString('utf8').split('\n').slice(0, -1)) {
    if (chars + line.length > eventChars || lines.length >= eventLines) await flush();
    lines.push(line.slice(0, eventChars));
    chars += line.length;
  }
  const isFull = sizeBytes >= maxLogBytes;
  if (isFull) lines.push(restIsHere);
  await flush();
  return isFull ? sizeBytes : doneBytes + whole.length;
}
