import type { ReportEvent } from '../../common/model/report.ts';
import type { Io, ReadIo } from '../../common/system/io.ts';
import { paths } from '../paths.ts';

type Bare<E> = E extends ReportEvent ? Omit<E, 'id' | 'seq' | 'mac' | 'at'> : never;

/** An event before the reporter gives it its installation, its number and its card. */
export type BareEvent = Bare<ReportEvent>;

/**
 * Puts an event into the queue, and tells whether it is there: reports end no installation, and a full /run takes none. The file is
 * opened for appending, so a line of several programs never mixes; the newline before it ends one that did not fit.
 */
export async function queueEvent(io: Io, event: BareEvent): Promise<boolean> {
  const line = `\n${JSON.stringify({ at: io.now().toISOString(), ...event })}\n`;
  return io.append(paths.events, line).then(
    () => true,
    () => false,
  );
}

/** The lines of the queue, in order; one that is not whole yet is left out. */
export async function queuedEvents(io: ReadIo): Promise<string[]> {
  const lines = ((await io.readText(paths.events)) ?? '').split('\n').slice(0, -1);
  return lines.filter((line) => line !== '');
}
