import { printCondition, waitFor } from './condition.ts';
import type { StepKind } from './kind.ts';

/** Waits for a condition, with a limit. */
export const wait: StepKind<'wait'> = {
  print: (step) => `wait until ${printCondition(step.for)} (at most ${Math.round(step.limitMs / 1000)} s)`,
  apply: (step, { io, signal }) => waitFor(step.for, step.limitMs, step.hint, { io, signal, lines: [] }),
};
