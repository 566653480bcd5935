import type { FilesystemState } from '../../../common/model/target.ts';
import type { Step } from '../../../common/system/step.ts';

/** The step that runs a mkfs program on a filesystem's device. */
export function makeStep(wish: FilesystemState, argv: readonly [string, ...string[]]): Step {
  return {
    kind: 'run',
    why: `Make ${wish.type} on ${wish.node}${wish.label === '' ? '' : ` (${wish.label})`}`,
    argv,
    destroys: [{ name: wish.device, node: wish.node }],
  };
}

/** A flag and its value where the value is not empty. */
export function flag(name: string, value: string | undefined): string[] {
  return value === undefined || value === '' ? [] : [name, value];
}
