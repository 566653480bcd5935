import type { Argv, Io } from '../../common/system/io.ts';
import { visible } from '../../common/system/visible.ts';
import { paths } from '../paths.ts';

/**
 * The log lies in memory, and a script may say as much as it likes. The server has the beginning, and here the newest lines count.
 */
const mostBytes = 32 * 1024 ** 2;
const newBeginning =
  'The log had grown too long for the memory: what came before is gone, and the server has its beginning.';

/** Empties the file in its place: consoles go on showing it (tail -f). */
const empty: Argv = ['sh', '-c', ': >"$1"', 'sh', paths.console];

/**
 * What BOEL says goes to one file, with the seconds since the kernel started; init shows the file on every console. A
 * console that hangs or hangs up stops nothing here.
 */
export function consoleLog(io: Io): (text: string) => void {
  let queue = Promise.resolve();
  return (text) => {
    const stamp = `[${uptimeSeconds().toFixed(1).padStart(6)}]`;
    const stamped = (words: string) =>
      visible(words)
        .split('\n')
        .map((line) => `${stamp} ${line}\n`)
        .join('');
    const write = async () => {
      if (((await io.lstat(paths.console))?.sizeBytes ?? 0) > mostBytes) {
        await io.run({ argv: empty });
        await io.append(paths.console, stamped(newBeginning));
      }
      await io.append(paths.console, stamped(text));
    };
    queue = queue.then(write).catch(() => {});
  };
}

/** Seconds since the kernel started (CLOCK_MONOTONIC, which BOEL never suspends). */
function uptimeSeconds(): number {
  return Number(process.hrtime.bigint() / 1_000_000n) / 1000;
}
