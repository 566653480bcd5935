import { apply } from '../../common/system/apply.ts';
import { describeError } from '../../common/system/errors.ts';
import { onInterrupt } from '../../common/system/interrupt.ts';
import type { Io } from '../../common/system/io.ts';
import { realIo } from '../../common/system/real-io.ts';
import { sayLine } from '../../common/system/terminal.ts';
import { planInside } from './plan.ts';
import { endAll, othersHere } from './processes.ts';
import { ChrootSettings } from './settings.ts';

/**
 * The part of `systemimager chroot` that works in a mount namespace of its own; its argument is SETTINGS. It exits with the
 * code of the command, and with 125 if the command could not be run (as chroot(1) does).
 */
async function main(settings: string): Promise<number> {
  let code = 0;
  const io: Io = {
    ...realIo,
    async run(command, hooks) {
      if (!command.terminal) return realIo.run(command, hooks);
      const exit = await realIo.run(command, hooks);
      const left = await endAll(realIo, () => othersHere(realIo));
      if (left > 0) sayLine(`left running in the image, and ended: ${left}`);
      code = exit.code;
      // A failed command is no failure of ours: `code` is the answer.
      return { ...exit, code: 0 };
    },
  };
  const signal = onInterrupt();
  try {
    await apply(planInside(ChrootSettings.parse(JSON.parse(settings))), io, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return code;
}

try {
  process.exitCode = await main(process.argv[2] ?? '');
} catch (error) {
  sayLine(describeError(error));
  process.exitCode = 125;
}
