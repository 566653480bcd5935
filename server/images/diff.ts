import { type Pair, pairUp } from './manifest/cursor.ts';
import { differencesOf } from './manifest/entry.ts';
import type { EntryStream } from './manifest/file.ts';
import { showPath } from './manifest/show-name.ts';
import type { Packages } from './packages/dpkg.ts';

/** A file or package that one of two images lacks, or that differs; `what` says how. */
export type Difference = { kind: 'added' | 'removed' | 'changed'; name: string; what: string[] };

function differenceOf({ before, after }: Pair): Difference | undefined {
  const name = showPath((after ?? before)?.name ?? '');
  if (!before) return { kind: 'added', name, what: [] };
  if (!after) return { kind: 'removed', name, what: [] };
  const what = differencesOf(before, after);
  return what.length === 0 ? undefined : { kind: 'changed', name, what };
}

/** The files that differ, some at a time. */
export async function* differingFiles(before: EntryStream, after: EntryStream): AsyncGenerator<Difference[]> {
  for await (const pairs of pairUp(before, after)) yield pairs.flatMap((pair) => differenceOf(pair) ?? []);
}

/** The packages that differ, by name; `what` is the version, or both. */
export function differingPackages(before: Packages, after: Packages): Difference[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.flatMap((name): Difference[] => {
    const [was, is] = [before.get(name), after.get(name)];
    if (was === is) return [];
    if (was === undefined) return [{ kind: 'added', name, what: [is ?? ''] }];
    if (is === undefined) return [{ kind: 'removed', name, what: [was] }];
    return [{ kind: 'changed', name, what: [`${was} -> ${is}`] }];
  });
}

const signs = { added: '+', removed: '-', changed: '~' };

/** One line for a terminal. */
export function printDifference({ kind, name, what }: Difference, isPackage: boolean): string {
  const more = what.length === 0 ? '' : `${isPackage ? ' ' : ': '}${what.join(', ')}`;
  return `${signs[kind]} ${name}${more}`;
}

/** Counts in words, as `2 added, 1 changed`. */
export function printCounts(differences: Iterable<Pick<Difference, 'kind'>>): string {
  const counts = { added: 0, removed: 0, changed: 0 };
  for (const { kind } of differences) counts[kind] += 1;
  const words = (Object.keys(counts) as Difference['kind'][]).filter((kind) => counts[kind] > 0);
  return words.map((kind) => `${counts[kind]} ${kind}`).join(', ') || 'the same';
}
