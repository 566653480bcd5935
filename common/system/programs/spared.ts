import { writeFileSync } from 'node:fs';

/** How much this process is spared when memory is short, from -1000 to 1000 (proc_pid_oom_score_adj(5)). */
const setOomScore = (score: number) => writeFileSync('/proc/self/oom_score_adj', String(score));
const sparedScore = -900;
let isSpared = false;

/** Spares this process when memory is short, but not the programs that it starts; without the right to do so, does nothing. */
export function spareUs(): void {
  try {
    setOomScore(sparedScore);
    isSpared = true;
  } catch {
    // Only root may lower the score, and a container may not.
  }
}

/** Starts a program that is not spared: a program inherits the score that we have when it starts. */
export function unspared<T>(start: () => T): T {
  if (!isSpared) return start();
  setOomScore(0);
  try {
    return start();
  } finally {
    setOomScore(sparedScore);
  }
}
