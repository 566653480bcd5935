import type { StepEvent } from '../step-event.ts';
import type { Io } from '../io.ts';
import type { Step } from '../step.ts';

/** How to take back a mount or a start when its group is left. */
export type Undo = { step: Step; back: () => Promise<void> };

/** What a kind of step gets to act with. */
export type StepContext = {
  io: Io;
  signal: AbortSignal | undefined;
  emit: (event: StepEvent) => void;
  undo: Undo[];
};

/** One kind of step: how it is shown, and how it is done. */
export type StepKind<K extends Step['kind']> = {
  print(step: Extract<Step, { kind: K }>): string;
  apply(step: Extract<Step, { kind: K }>, context: StepContext): Promise<void>;
};

/** File modes as people write them. */
export function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
