import { captureFile, CaptureRecord } from '../../images/capture-record.ts';
import { readRecord } from '../../config/json-file.ts';
import { readNetboot } from '../../netboot/netboot.ts';
import { listImages } from '../../images/modules.ts';
import { type Check, wrong } from '../check.ts';

/** Time synchronization may set a clock back as far as this. */
const toleranceMs = 5 * 60_000;

/** The clock is not behind times that the server has written down: reports and versions would be in the wrong order. */
export const clock: Check = {
  name: 'clock',
  good: 'the clock is not behind the newest file of the server',
  async run({ io, paths }) {
    const times = Object.values((await readNetboot(io, paths.netboot)).machines).map(({ at }) => at);
    for (const image of await listImages(io, paths)) {
      const { record } = await readRecord(io, captureFile(paths, image), CaptureRecord);
      if (record) times.push(record.capturedAt);
    }
    const now = io.now();
    const last = times
      .filter((at) => Date.parse(at) > now.getTime() + toleranceMs)
      .toSorted()
      .at(-1);
    if (last === undefined) return [];
    return [
      wrong(
        `the clock says ${now.toISOString()}, and something here was written at ${last}`,
        'Set the clock: timedatectl set-ntp true; or chronyd -q.',
      ),
    ];
  },
};
