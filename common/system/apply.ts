import type { Io } from './io.ts';
import type { Step } from './step.ts';
import type { StepEvent } from './step-event.ts';
import { stepKinds } from './steps/index.ts';
import type { Undo } from './steps/kind.ts';

export type ApplyOptions = { signal?: AbortSignal; onEvent?: (event: StepEvent) => void };

/**
 * Does the steps in order; the only place that acts. Stops at the first step that fails. Programs and mounts of a group
 * are undone in reverse when the group ends, also by an error or a signal; the list itself counts as a group.
 */
export async function apply(steps: readonly Step[], io: Io, options: ApplyOptions = {}): Promise<void> {
  await applyGroup(steps, io, options, 0);
}

async function applyGroup(steps: readonly Step[], io: Io, options: ApplyOptions, depth: number): Promise<void> {
  const undo: Undo[] = [];
  let failure: { error: unknown } | undefined;
  try {
    for (const step of steps) await applyOne(step, io, options, depth, undo);
  } catch (error) {
    failure = { error };
  }
  for (const { step, back } of undo.toReversed()) {
    try {
      await back();
    } catch (error) {
      options.onEvent?.({ kind: 'failed', step, error });
      failure ??= { error };
    }
  }
  if (failure) throw failure.error;
}

async function applyOne(step: Step, io: Io, options: ApplyOptions, depth: number, undo: Undo[]): Promise<void> {
  const emit = options.onEvent ?? (() => {});
  const startedAt = performance.now();
  emit({ kind: 'started', step, depth });
  try {
    options.signal?.throwIfAborted();
    if (step.kind === 'group') await applyGroup(step.steps, io, options, depth + 1);
    else await stepKinds.apply(step, { io, signal: options.signal, emit, undo });
  } catch (error) {
    emit({ kind: 'failed', step, error });
    throw error;
  }
  emit({ kind: 'finished', step, durationMs: performance.now() - startedAt });
}

/** The steps for a person to read: the reason of each, and below it the commands. */
export function printSteps(steps: readonly Step[], indent = ''): string {
  return steps
    .map((step) => {
      const head = `${indent}# ${step.why}\n`;
      if (step.kind === 'group') return head + printSteps(step.steps, `${indent}  `);
      const body = stepKinds.print(step).split('\n');
      return `${head}${body.map((line) => `${indent}${line}`).join('\n')}\n`;
    })
    .join('');
}
