import type { Step } from './step.ts';

/** The events while steps are applied; console, log and reporter only listen. */
export type StepEvent =
  | { kind: 'started'; step: Step; depth: number }
  | { kind: 'line'; step: Step; line: string; stream: 'stdout' | 'stderr' }
  | { kind: 'progress'; step: Step; doneBytes: number; totalBytes?: number; bytesPerSecond: number }
  | { kind: 'note'; step: Step; text: string }
  | { kind: 'finished'; step: Step; durationMs: number }
  | { kind: 'failed'; step: Step; error: unknown };
