import type { Argv } from '../io.ts';
import { printPlace, resolvePlace } from '../place.ts';
import { quoteArgv } from '../quote.ts';
import type { MountStep } from '../step.ts';
import type { StepKind } from './kind.ts';
import { programFailed } from './run.ts';

function mountArgv(step: MountStep, at: string): Argv {
  const options = step.type === 'bind' ? ['bind', ...step.options] : step.options;
  const type = step.type === 'bind' ? [] : ['-t', step.type];
  return ['mount', ...type, ...(options.length > 0 ? ['-o', options.join(',')] : []), step.source, at];
}

/** Mounts a filesystem; with `lasts: 'group'` it is unmounted when the group is left. */
export const mount: StepKind<'mount'> = {
  print: (step) => quoteArgv(mountArgv(step, printPlace(step.at))),
  async apply(step, { io, undo, signal }) {
    const at = await resolvePlace(step.at, (link) => io.readLink(link), true);
    const exit = await io.run({ argv: mountArgv(step, at) }, signal ? { signal } : {});
    if (exit.code !== 0) throw programFailed(exit, step.why);
    if (step.lasts === 'session') return;
    undo.push({
      step,
      async back() {
        const unmounted = await io.run({ argv: ['umount', at] });
        if (unmounted.code === 0) return;
        // A program that is still ending keeps the mount busy for a moment; a lazy umount then waits for the last user.
        await io.sleep(1000);
        const lazily = await io.run({ argv: ['umount', '-l', at] });
        if (lazily.code !== 0) throw programFailed(lazily, `Unmount ${at}`);
      },
    });
  },
};
