import { writeFileSync } from 'node:fs';

/** How much this process is spared when memory is short, from -1000 to 1000 (proc_pid_oom_score_adj(5)). */
const setOomScore = (score: number) => writeFileSync('/proc/self/oom_score_adj', String(score));
const sparedScore = -900;
let isSpared = false;

/** Spares this process when memory is short, and nothing that it starts; where it may not, it goes on as it is. */
export function spareUs(): void {
  try {
    setOomScore(sparedScore);
    isSpared = true;
  } catch {
    // Only root may, and a container may not.
  }
}

/** Starts something that is not spared: it gets the score that we have at that moment. */
export function unspared<T>(start: () => T): T {
  if (!isSpared) return start();
  setOomScore(0);
  try {
    return start();
  } finally {
    setOomScore(sparedScore);
  }
}
