import type { ReportEvent } from '../../common/model/report.ts';
import type { Io, ReadIo } from '../../common/system/io.ts';
import { paths } from '../paths.ts';

type Bare<E> = E extends ReportEvent ? Omit<E, 'id' | 'seq' | 'mac' | 'at'> : never;

/** An event before the reporter gives it its installation, its number and its card. */
export type BareEvent = Bare<ReportEvent>;

/**
 * The queue lies in memory, and a server may be away for days: beyond `small` the queue takes no more log lines and no progress,
 * beyond `all` nothing.
 */
const mostBytes = { small: 8 * 1024 ** 2, all: 16 * 1024 ** 2 };

/** No event is longer than the server takes (server/http), so that each part of the queue holds whole events. */
const partBytes = 1024 ** 2;

/**
 * Puts an event into the queue; false if the queue or /run is full, because reports must end no installation. The file is opened
 * for appending, so lines of several programs never mix; the newline before an event ends an event that did not fit.
 */
export async function queueEvent(io: Io, event: BareEvent): Promise<boolean> {
  const line = `\n${JSON.stringify({ at: io.now().toISOString(), ...event })}\n`;
  const limit = event.kind === 'log' || event.kind === 'progress' ? mostBytes.small : mostBytes.all;
  const sizeBytes = (await io.lstat(paths.events))?.sizeBytes ?? 0;
  if (sizeBytes + line.length > limit) return false;
  return io.append(paths.events, line).then(
    () => true,
    () => false,
  );
}

/** An event as it stands in the queue, and the byte of the queue after it. */
export type QueuedEvent = { line: string; endBytes: number };

/** The next events from a byte of the queue on, in order; an event that is not whole yet is left out. */
export async function queuedEvents(io: ReadIo, fromBytes = 0): Promise<QueuedEvent[]> {
  const part = (await io.readPart(paths.events, fromBytes, partBytes)) ?? Buffer.alloc(0);
  const events: QueuedEvent[] = [];
  for (let at = 0, end = part.indexOf('\n'); end >= 0; at = end + 1, end = part.indexOf('\n', at))
    if (end > at) events.push({ line: part.toString('utf8', at, end), endBytes: fromBytes + end + 1 });
  // These bytes are not ours, because no event is so long.
  if (events.length === 0 && part.length === partBytes) return [{ line: '', endBytes: fromBytes + partBytes }];
  return events;
}

/** Bytes of the queue up to the end of its last whole event. */
export async function wholeBytes(io: ReadIo): Promise<number> {
  const sizeBytes = (await io.lstat(paths.events))?.sizeBytes ?? 0;
  const fromBytes = Math.max(0, sizeBytes - partBytes);
  const part = await io.readPart(paths.events, fromBytes, partBytes);
  return part === undefined ? 0 : fromBytes + part.lastIndexOf('\n') + 1;
}
