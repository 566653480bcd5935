import type { Argv, Io } from '../../common/system/io.ts';
import { visible } from '../../common/system/visible.ts';
import { paths } from '../paths.ts';

/**
 * The log lies in memory, and a script may print any amount. The server has the beginning, and here the newest lines count.
 */
const mostBytes = 32 * 1024 ** 2;
const newBeginning =
  'The log had grown too long for the memory: the lines before this line are gone here; the image server has the beginning of the log.';

/** The most characters that wait to be written, while a busy machine writes more slowly than a script prints. */
const mostWaiting = 1024 ** 2;

/** Empties the file in its place: consoles go on showing it (tail -f). */
const empty: Argv = ['sh', '-c', ': >"$1"', 'sh', paths.console];

/**
 * All output of BOEL goes to one file, with the seconds since the kernel started; init shows the file on every console.
 * A console that hangs or hangs up stops nothing here.
 */
export function consoleLog(io: Io): (text: string) => void {
  let waiting = '';
  let leftOut = 0;
  let isWriting = false;
  const write = async (text: string) => {
    if (((await io.lstat(paths.console))?.sizeBytes ?? 0) > mostBytes) {
      await io.run({ argv: empty });
      await io.append(paths.console, stamped(newBeginning));
    }
    await io.append(paths.console, text);
  };
  const writeNext = () => {
    isWriting = waiting !== '' || leftOut > 0;
    if (!isWriting) return;
    const text = leftOut === 0 ? waiting : waiting + stamped(`${leftOut} lines came too fast and are left out.`);
    waiting = '';
    leftOut = 0;
    write(text).then(writeNext, writeNext);
  };
  return (text) => {
    const lines = stamped(text);
    if (waiting.length + lines.length > mostWaiting) leftOut += lines.split('\n').length - 1;
    else waiting += lines;
    if (!isWriting) writeNext();
  };
}

/** Each line with the seconds since the kernel started (CLOCK_MONOTONIC, which BOEL never suspends). */
function stamped(text: string): string {
  const seconds = Number(process.hrtime.bigint() / 1_000_000n) / 1000;
  const stamp = `[${seconds.toFixed(1).padStart(6)}]`;
  return visible(text)
    .split('\n')
    .map((line) => `${stamp} ${line}\n`)
    .join('');
}
