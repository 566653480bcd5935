import type { BuildContext } from '../../run.ts';

const everyMs = 30_000;

/** A listener to make(1) in the source of Linux: each half minute a line with the number of files, and where the compiler is. */
export function countingLines(context: BuildContext): (line: string) => void {
  const startedMs = context.io.now().getTime();
  let saidMs = startedMs;
  let files = 0;
  return (line) => {
    const file = /^\s+(?:CC|AS)\s+(\S+)$/.exec(line)?.[1];
    if (file === undefined) return;
    files += 1;
    const nowMs = context.io.now().getTime();
    if (nowMs - saidMs < everyMs) return;
    saidMs = nowMs;
    context.say(`  ${Math.round((nowMs - startedMs) / 60_000)} min: ${files} files compiled, now ${file}`);
  };
}
