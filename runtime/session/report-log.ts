import type { Io } from '../../common/system/io.ts';
import { queueEvent } from './events.ts';
import { paths } from '../paths.ts';

/** Time between two looks at the console log. */
const everyMs = 2000;
/** The bytes to read at once. The server takes events of a megabyte; escaped, a character may have six bytes. */
const partBytes = 100_000;
/** The server takes events of two thousand values (server/http/flat-json.ts). */
const eventLines = 1000;
/** The server keeps no more of an installation's console (server/reports/store.ts), and memory here is short. */
const maxLogBytes = 4 * 1024 * 1024;
const restIsHere = `The rest of the log is not reported; ${paths.console} on the machine has the newest lines.`;

/** Queues the console log for the server until aborted, from its beginning or from where an earlier resident program ended. */
export async function reportLog(io: Io, signal: AbortSignal): Promise<void> {
  let doneBytes = Number((await io.readText(paths.logged)) ?? 0);
  while (!signal.aborted && doneBytes < maxLogBytes) {
    const before = doneBytes;
    // Memory may be short for a moment.
    doneBytes = await queueNewLines(io, before).catch(() => before);
    if (doneBytes > before) await io.write(paths.logged, `${doneBytes}\n`, { mode: 0o644 }).catch(() => {});
    else await io.sleep(everyMs, signal).catch(() => {});
  }
}

/** Queues the next whole lines of the console log after its first `doneBytes`, and tells how many bytes are done then. */
export async function queueNewLines(io: Io, doneBytes: number): Promise<number> {
  const sizeBytes = (await io.lstat(paths.console))?.sizeBytes ?? 0;
  if (sizeBytes <= doneBytes) return doneBytes;
  const fresh = (await io.readPart(paths.console, doneBytes, partBytes)) ?? Buffer.alloc(0);
  // If a line is longer than a part, each part counts as a line.
  const whole = fresh.length < partBytes || fresh.includes('\n') ? fresh.lastIndexOf('\n') + 1 : fresh.length;
  const lines = fresh.toString('utf8', 0, whole).replace(/\n$/, '').split('\n');
  const end = doneBytes + whole;
  if (whole === 0) return doneBytes;
  const isFull = end >= maxLogBytes;
  if (isFull) lines.push(restIsHere);
  for (let at = 0; at < lines.length; at += eventLines)
    await queueEvent(io, { kind: 'log', lines: lines.slice(at, at + eventLines) });
  return end;
}
