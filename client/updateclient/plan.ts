import type { AbsPath } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import type { ImageSource } from '../../install/source/image-source.ts';
import type { TreeRequest } from '../../install/source/tree-parts.ts';
import { rsyncRetry } from '../../install/transports/rsync-daemon.ts';
import type { Difference, Protected } from './scan.ts';

/** A tree of the server that belongs on the machine: the image, or an override that is laid over it. */
export type Layer = {
  tree: { image: string } | { folder: string; what: string };
  differences: readonly Difference[];
  /** All names of an override. */
  has?: ReadonlySet<string>;
};

/** A change of the machine. `older`: the image's file is older than the machine's. */
export type Change = Omit<Difference, 'change'> & { reason: 'new' | 'changed' | 'older' | 'deleted'; layer: number };

/** What an update does, and what it leaves alone. */
export type Update = { changes: Change[]; kept: Protected[] };

/** What the machine has: the time of the last change of files, by path, in ms. */
export type LocalTimes = ReadonlyMap<string, number>;

const order = { new: 0, changed: 1, older: 1, deleted: 2 };

/** Of each file the highest layer that has the name decides, and of a folder the lowest, as in an installation. */
export function planUpdate(layers: readonly Layer[], kept: readonly Protected[], times: LocalTimes): Update {
  const isFolder = ({ kind, change }: Difference) => kind === 'dir' && change !== 'removed';
  const foldersBelow = new Map<string, number>();
  for (const [layer, { differences }] of layers.entries())
    for (const one of differences) if (isFolder(one) && !foldersBelow.has(one.path)) foldersBelow.set(one.path, layer);
  const decides = (one: Difference, layer: number) =>
    isFolder(one)
      ? foldersBelow.get(one.path) === layer
      : !layers.some(({ has }, other) => other > layer && has?.has(one.path));
  const changes = layers.flatMap(({ differences }, layer) =>
    differences
      .filter((one) => decides(one, layer))
      .map(({ change, ...one }): Change => ({ ...one, layer, reason: reasonOf(change, one, times) })),
  );
  return {
    changes: changes.toSorted((a, b) => order[a.reason] - order[b.reason] || (a.path < b.path ? -1 : 1)),
    kept: [...kept],
  };
}

/** The update without the names that are gone: they stay. */
export const withoutDeletes = ({ changes, kept }: Update): Update => ({
  changes: changes.filter(({ reason }) => reason !== 'deleted'),
  kept,
});

function reasonOf(change: Difference['change'], one: Omit<Difference, 'change'>, times: LocalTimes): Change['reason'] {
  if (change === 'removed') return 'deleted';
  if (change === 'new') return 'new';
  const here = times.get(one.path);
  return one.kind === 'file' && one.details.includes('time') && here !== undefined && here > timeOf(one.mtime)
    ? 'older'
    : 'changed';
}

/** The end of the second that rsync prints, in ms since 1970. */
function timeOf(text: string): number {
  const [, date = '', time = ''] = /^(\d{4}\/\d\d\/\d\d)-([\d:]{8})$/.exec(text) ?? [];
  return Date.parse(`${date.replaceAll('/', '-')}T${time}.999Z`);
}

/** A server that is away for a minute is no reason to leave a machine half-updated. */
const patience = { ...rsyncRetry, times: 5 };

/** The steps of an update, for a directory. The moment in which old and new files are mixed is short. */
export function updateSteps({ changes }: Update, layers: readonly Layer[], source: ImageSource, root: AbsPath): Step[] {
  const bring = (request: TreeRequest & { only: readonly string[] }): Step[] =>
    request.only.length === 0
      ? []
      : source.tree(request).map((step) => (step.kind === 'run' ? { ...step, retry: patience } : step));
  const isContent = ({ kind }: Change) => kind === 'file' || kind === 'dir';
  const brought = changes.filter(({ reason }) => reason !== 'deleted');
  const ofLayers = (of: readonly Change[], staged: boolean) =>
    layers.flatMap(({ tree }, layer) => {
      const mine = of.filter((one) => one.layer === layer);
      const totalBytes = mine.reduce((sum, one) => sum + (one.kind === 'file' ? one.sizeBytes : 0), 0);
      return bring({ ...tree, root, only: withPeers(mine), totalBytes, ...(staged && { staged }) });
    });
  const removed = changes.filter(({ reason }) => reason === 'deleted').map(({ path }) => path);
  const isInTheWay = isBelow(brought.filter(({ kind }) => kind !== 'dir').map(({ path }) => path));
  return [
    ...remove('Remove what lies where the image has a file or a link', removed.filter(isInTheWay), root),
    ...ofLayers(brought.filter(isContent), true),
    // A link may lead to a file that has just taken its place.
    ...ofLayers(
      brought.filter((one) => !isContent(one)),
      false,
    ),
    ...remove(
      'Remove what the image does not have',
      removed.filter((path) => !isInTheWay(path)),
      root,
    ),
  ];
}

/** True for a path below one of these. */
function isBelow(paths: readonly string[]): (path: string) => boolean {
  const set = new Set(paths);
  return (path) =>
    set.size > 0 && path.split('/').some((_, at, parts) => at > 0 && set.has(parts.slice(0, at).join('/')));
}

/** The paths, and the names that share their files: rsync(1) links only names that it is told. */
const withPeers = (changes: readonly Change[]) => [
  ...new Set(changes.flatMap(({ path, sameAs }) => [path, sameAs ?? path])),
];

/** Folders come after what is in them. */
function remove(why: string, names: readonly string[], root: AbsPath): Step[] {
  if (names.length === 0) return [];
  return [{ why: `${why} (${names.length})`, kind: 'prune', root, names: [...names].sort().toReversed() }];
}
