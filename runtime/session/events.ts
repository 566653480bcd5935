import type { ReportEvent } from '../../common/model/report.ts';
import type { Io } from '../../common/system/io.ts';
import { paths } from './paths.ts';

type Bare<E> = E extends ReportEvent ? Omit<E, 'id' | 'seq' | 'mac' | 'at'> : never;

/** An event before the reporter gives it its installation, its number and its card. */
export type BareEvent = Bare<ReportEvent>;

/** Puts an event into the queue. The file is opened for appending, so a line of several programs never mixes. */
export async function queueEvent(io: Io, event: BareEvent): Promise<void> {
  await io.append(paths.events, `${JSON.stringify({ at: io.now().toISOString(), ...event })}\n`);
}
