import type { ReadIo } from '../common/system/io.ts';
import type { Step } from '../common/system/step.ts';

/** True if systemd is this machine's init: sd_booted(3). */
export const hasSystemd = async (io: ReadIo): Promise<boolean> => (await io.list('/run/systemd/system')) !== undefined;

/** Starts the machine again, in good order. */
export async function restartStep(io: ReadIo): Promise<Step> {
  const argv = (await hasSystemd(io)) ? (['systemctl', 'reboot'] as const) : (['shutdown', '-r', 'now'] as const);
  return { why: 'Start the machine again', kind: 'run', argv };
}
