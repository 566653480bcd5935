import type { Io } from '../../common/system/io.ts';
import { visible } from '../../common/system/visible.ts';
import { paths } from './paths.ts';

/**
 * What BOEL says goes to one file, with the seconds since the kernel started; init shows the file on every console. A
 * console that hangs or hangs up stops nothing here.
 */
export function consoleLog(io: Io): (text: string) => void {
  let queue = Promise.resolve();
  return (text) => {
    const stamp = `[${uptimeSeconds().toFixed(1).padStart(6)}]`;
    const lines = visible(text)
      .split('\n')
      .map((line) => `${stamp} ${line}\n`);
    queue = queue.then(() => io.append(paths.console, lines.join(''))).catch(() => {});
  };
}

/** Seconds since the kernel started (CLOCK_MONOTONIC, which BOEL never suspends). */
function uptimeSeconds(): number {
  return Number(process.hrtime.bigint() / 1_000_000n) / 1000;
}
