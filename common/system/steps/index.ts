import type { GroupStep, Step } from '../step.ts';
import type { StepContext } from './kind.ts';
import { copy, mkdir, prune, remove, rename, symlink } from './files.ts';
import { mount } from './mount.ts';
import { run } from './run.ts';
import { start } from './start.ts';
import { wait } from './wait.ts';
import { write } from './write.ts';

/** Any step but a group; `apply` does groups itself. */
type SingleStep = Exclude<Step, GroupStep>;

/** Every kind of step, by its name. */
export const stepKinds = {
  print(step: SingleStep): string {
    switch (step.kind) {
      case 'run':
        return run.print(step);
      case 'write':
        return write.print(step);
      case 'mkdir':
        return mkdir.print(step);
      case 'remove':
        return remove.print(step);
      case 'prune':
        return prune.print(step);
      case 'symlink':
        return symlink.print(step);
      case 'copy':
        return copy.print(step);
      case 'rename':
        return rename.print(step);
      case 'mount':
        return mount.print(step);
      case 'start':
        return start.print(step);
      case 'wait':
        return wait.print(step);
    }
  },
  apply(step: SingleStep, context: StepContext): Promise<void> {
    switch (step.kind) {
      case 'run':
        return run.apply(step, context);
      case 'write':
        return write.apply(step, context);
      case 'mkdir':
        return mkdir.apply(step, context);
      case 'remove':
        return remove.apply(step, context);
      case 'prune':
        return prune.apply(step, context);
      case 'symlink':
        return symlink.apply(step, context);
      case 'copy':
        return copy.apply(step, context);
      case 'rename':
        return rename.apply(step, context);
      case 'mount':
        return mount.apply(step, context);
      case 'start':
        return start.apply(step, context);
      case 'wait':
        return wait.apply(step, context);
    }
  },
};
