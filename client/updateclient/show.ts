import { counted } from '../../common/counted.ts';
import { isOfSystem } from './local-rules.ts';
import type { Change, Update } from './plan.ts';

const reasons = ['new', 'changed', 'older', 'deleted'] as const;
const widest = 'deleted'.length;

/** A name on a line of its own: a backslash and control characters as octal digits, as in fstab(5). */
const nameOf = (path: string) =>
  `/${path === '.' ? '' : path.replaceAll(/[\0-\x1f\x7f\\]/g, (one) => `\\${one.charCodeAt(0).toString(8).padStart(3, '0')}`)}`;

const shown = ({ path, kind }: Change) => `${nameOf(path)}${kind === 'dir' && path !== '.' ? '/' : ''}`;

function line({ reason, details, ...change }: Change): string {
  const why = details.length > 0 ? `  (${details.join(', ')})` : '';
  return `${reason.padEnd(widest)}  ${shown({ ...change, reason, details })}${why}`;
}

/** A line for each file: the reason of each change, and the rule that keeps a file. */
export function listUpdate({ changes, kept }: Update): string[] {
  return [
    ...kept
      .filter(({ rule }) => !isOfSystem(rule))
      .map(
        ({ path, rule }) =>
          `${'kept'.padEnd(widest)}  ${nameOf(path)}  (${rule.from}${rule.pattern && `: ${rule.pattern}`})`,
      ),
    ...changes.map(line),
  ];
}

/** The numbers of an update. */
export function sumUpdate({ changes }: Update) {
  const counts = Object.fromEntries(
    reasons.map((reason) => [reason, changes.filter((one) => one.reason === reason).length]),
  ) as Record<(typeof reasons)[number], number>;
  const bytes = changes.reduce((sum, one) => sum + (one.kind === 'file' ? one.sizeBytes : 0), 0);
  return { ...counts, bytes };
}

/** The numbers in words. */
export function summary(update: Update): string {
  const { bytes, ...counts } = sumUpdate(update);
  const words = reasons.filter((reason) => counts[reason] > 0).map((reason) => `${counts[reason]} ${reason}`);
  if (words.length === 0) return 'nothing differs';
  return `${words.join(', ')}; ${(bytes / 1e6).toFixed(1)} MB of files differ`;
}

/** What `--json` prints of an update. */
export function plainUpdate(update: Update) {
  return {
    summary: sumUpdate(update),
    changes: update.changes.map((change) => ({ ...change, layer: undefined, path: `/${change.path}` })),
    kept: update.kept
      .filter(({ rule }) => !isOfSystem(rule))
      .map(({ path, rule }) => ({ path: `/${path}`, because: rule.from, pattern: rule.pattern })),
  };
}

/** The question before the first update of a machine removes files; it names some of them. */
export function firstQuestion({ changes }: Update): string {
  const removed = changes.filter(({ reason }) => reason === 'deleted');
  const some = removed.slice(0, 20).map((one) => `  ${shown(one)}\n`);
  const more = removed.length > some.length ? `  … and ${removed.length - some.length} more\n` : '';
  return `This is the first update of this machine. It removes ${counted(removed.length, 'name')}:\n${some.join('')}${more}Go on?`;
}
