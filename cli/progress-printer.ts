import type { WriteStream } from 'node:tty';
import type { StepEvent } from '../common/system/step-event.ts';
import { printProgress } from '../common/system/progress.ts';
import { visible } from '../common/system/visible.ts';

/** The time between two progress lines if the output is no terminal. */
const plainLineMs = 10_000;

/** The time between two redraws of the line on a terminal: rsync reports every file. */
const drawnMs = 100;

/** How many quick steps of one kind are shown in a row: ten thousand machines need ten thousand links. */
const shownAlike = 10;

/** Shows steps as they run: one line per step, and a line of progress, which a terminal redraws in place. */
export function progressPrinter(out: WriteStream): (event: StepEvent) => void {
  let drawn = false;
  let lastPlainMs = 0;
  let lastDrawnMs = 0;
  let alike = { kind: '', count: 0 };
  const clear = () => {
    if (drawn) out.write('\r\x1b[K');
    drawn = false;
  };
  return (event) => {
    switch (event.kind) {
      case 'started': {
        const { kind } = event.step;
        const isMoment = kind === 'symlink' || kind === 'remove';
        alike = { kind, count: isMoment && kind === alike.kind ? alike.count + 1 : 1 };
        if (alike.count > shownAlike + 1) return;
        clear();
        if (alike.count > shownAlike) return void out.write('and others of the same kind …\n');
        out.write(visible(`${'  '.repeat(event.depth)}${event.step.why}\n`));
        return;
      }
      case 'note':
        clear();
        out.write(visible(`  ${event.text}\n`));
        return;
      case 'progress': {
        const nowMs = performance.now();
        if (out.isTTY && nowMs - lastDrawnMs > drawnMs) {
          lastDrawnMs = nowMs;
          out.write(`\r\x1b[K  ${printProgress(event)}`);
          drawn = true;
        } else if (!out.isTTY && nowMs - lastPlainMs > plainLineMs) {
          lastPlainMs = nowMs;
          out.write(`  ${printProgress(event)}\n`);
        }
        return;
      }
      case 'line':
      case 'finished':
      case 'failed':
        clear();
    }
  };
}
