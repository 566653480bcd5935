import { printPlace, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';

/** Every path that these steps write, sorted, each once. */
export function listWrites(steps: readonly Step[]): string[] {
  return [...new Set(steps.flatMap(writesOf))].sort();
}

function writesOf(step: Step): string[] {
  switch (step.kind) {
    case 'run':
      return (step.writes ?? []).map(printPlace);
    case 'write':
      // A new tree has no backup yet, so the first number is free.
      return step.backup ? [printPlace(step.at), `${printPlace(step.at)}.~1~`] : [printPlace(step.at)];
    case 'mkdir':
    case 'remove':
    case 'symlink':
      return [printPlace(step.at)];
    case 'prune':
      return step.names.map((name) => printPlace({ root: step.root, path: under('/', name) }));
    case 'copy':
      return [printPlace(step.to)];
    case 'rename':
      return [printPlace(step.from), printPlace(step.to)];
    case 'group':
      return step.steps.flatMap(writesOf);
    case 'mount':
    case 'start':
    case 'wait':
      return [];
  }
}
