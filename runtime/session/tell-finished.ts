import type { Ending } from '../../common/model/script.ts';
import type { State } from '../../common/model/state.ts';
import type { Io } from '../../common/system/io.ts';
import { queueEvent } from './events.ts';
import { allSent } from './reporter.ts';

/** Longest wait for a server that is away: without the report, the server would install this machine again at its next boot. */
const limitMs = 300_000;

/** Tells the server that the image is on the disks, and waits until it knows, before the machine goes away. */
export async function tellFinished(
  io: Io,
  state: State,
  afterwards: Ending,
  say: (line: string) => void,
): Promise<void> {
  const seconds = Number(((await io.readText('/proc/uptime')) ?? '0').split(' ')[0]);
  const isQueued = await queueEvent(io, { kind: 'finished', image: state.image?.name ?? '', afterwards, seconds });
  if (!isQueued || !(await allSent(io, limitMs)))
    say(
      'finish: the image server did not take the report; the installation goes on. ' +
        'So that this machine does not install again, run there: systemimager netboot HOST --local',
    );
}
