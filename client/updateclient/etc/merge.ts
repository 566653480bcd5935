import { partialDir } from '../../../install/transports/rsync.ts';
import type { Change } from '../plan.ts';
import type { LocalRule } from '../exclude-file.ts';
import type { Protected } from '../scan.ts';
import { type EtcEntry, type EtcTree, isSame } from './base.ts';

/** What the merge of /etc must know. */
export type EtcFacts = {
  here: EtcTree;
  /** The image’s entries of the names that differ. */
  image: EtcTree;
  /** What the version had that the machine has; undefined if nobody knows. */
  base: EtcTree | undefined;
  /** Paths of --keep and --take, relative to the root. */
  keep: readonly string[];
  take: readonly string[];
};

/** The answer for one name: take the image’s, keep this machine’s, or keep it and show the image’s beside it. */
export type Verdict = { what: 'take' } | { what: 'keep'; why: string; isConflict: boolean };

const below = (path: string, folders: readonly string[]) =>
  folders.some((one) => path === one || path.startsWith(`${one}/`));

const take: Verdict = { what: 'take' };
const keep = (why: string, isConflict = false): Verdict => ({ what: 'keep', why, isConflict });

/** Merges one name of /etc that differs: the machine’s entry, the image’s, and that of the version that the machine has. */
export function judge(path: string, facts: EtcFacts): Verdict {
  const { here, image, base } = facts;
  // What an interrupted update left; it never was a configuration.
  if (below(path, facts.take) || path.split('/').includes(partialDir)) return take;
  if (below(path, facts.keep)) return keep('--keep');
  const [ours, theirs]: (EtcEntry | undefined)[] = [here.get(path), image.get(path)];
  if (isSame(ours, theirs)) return take;
  if (base === undefined) {
    if (ours === undefined) return take;
    return theirs === undefined ? keep('not in the image; made on this machine, as far as known') : keep(unknown, true);
  }
  const before = base.get(path);
  if (isSame(ours, before)) return take;
  if (isSame(theirs, before))
    return keep(
      ours === undefined ? 'removed on this machine' : before ? 'changed on this machine' : 'made on this machine',
    );
  return keep(
    `${ours ? 'changed' : 'removed'} on this machine, and ${theirs ? 'changed' : 'removed'} in the image`,
    true,
  );
}

const unknown = 'differs, and nobody knows which version this machine had';

/** The changes without those that the merge of /etc holds back, and what it keeps. `conflicts`: paths of files to look at. */
export function mergeEtc(
  changes: readonly Change[],
  facts: EtcFacts,
): { changes: Change[]; kept: Protected[]; conflicts: string[] } {
  const kept: Protected[] = [];
  const conflicts: string[] = [];
  const held = new Set<string>();
  for (const { path } of changes.filter(isEtc)) {
    const verdict = judge(path, facts);
    if (verdict.what === 'take') continue;
    held.add(path);
    kept.push({ path, rule: ruleFor(verdict.why) });
    if (verdict.isConflict && facts.here.get(path)?.kind !== 'dir') conflicts.push(path);
  }
  // A folder in which something is kept stays, and a folder that is not taken has no room for what is in it.
  const stays = new Set([...held].flatMap(foldersAbove));
  const lost = new Set([...held].filter((path) => facts.here.get(path) === undefined));
  const left = changes.filter(
    ({ path, kind, reason }) =>
      !held.has(path) &&
      !(reason === 'deleted' && kind === 'dir' && stays.has(path)) &&
      !foldersAbove(path).some((folder) => lost.has(folder)),
  );
  return { changes: left, kept, conflicts };
}

const ruleFor = (why: string): LocalRule => ({ pattern: '', from: why });

export const isEtc = ({ path }: { path: string }) => path.startsWith('etc/');

const foldersAbove = (path: string) => {
  const parts = path.split('/');
  return parts.slice(1).map((_, at) => parts.slice(0, at + 1).join('/'));
};

/**
 * What the image has in /etc after an update: the base of the next. `kept`: paths that rules protect, which are no image’s.
 * `covers`: the update looked at the path; of other paths the old record stays. Undefined if nobody would know enough.
 */
export function nextBase(
  { here, image, base }: EtcFacts,
  differing: readonly Change[],
  { kept, covers }: { kept: readonly Protected[]; covers: (path: string) => boolean },
): EtcTree | undefined {
  if (base === undefined && !covers('etc')) return undefined;
  const guarded = kept.map(({ path }) => path);
  const next: EtcTree = new Map();
  for (const [path, entry] of here) if (covers(path) && !below(path, guarded)) next.set(path, entry);
  for (const [path, entry] of base ?? []) if (!covers(path)) next.set(path, entry);
  for (const { path } of differing.filter(isEtc)) {
    const entry = image.get(path);
    if (entry) next.set(path, entry);
    else next.delete(path);
  }
  return next;
}
