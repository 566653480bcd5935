import { UserError } from '../../common/system/errors.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { FetchMount } from '../target/mounted.ts';
import type { Kept, Manner, Transport, TreePart } from '../transports/transport.ts';

/** A tree of the server: an image, or a folder as overrides/host/web1 with a name for people; and where the tree goes. */
export type TreeRequest = ({ image: string } | { folder: string; what: string }) & {
  /** Where the target's root is mounted, or another directory. */
  root: AbsPath;
  manner?: Manner;
  /** Filesystems that are mounted below `root`, shallow first, root included; none for a plain directory. */
  mounts?: readonly FetchMount[];
  /** Hard-link groups that these mounts split; names on another mount than the first name's are copied by a call of their own. */
  splitLinks?: readonly string[][];
  /** Content of the image in bytes, for the percentage; undefined when the server could not tell. */
  totalBytes?: number | undefined;
  /** Remove files that the source does not have. */
  exact?: boolean;
  /** Bring only these paths; directories that are not among them keep the owner and mode that they have here. */
  only?: readonly string[];
  /** New content of files waits beside them until all has arrived, and takes their places in one go. */
  staged?: boolean;
};

/**
 * The calls that bring a tree: first one call for all filesystems that keep owners and links, then one call for each of the
 * others (vfat), then the names of hard links that the mounts split.
 */
export function treeParts(
  request: TreeRequest,
  { name, keeps, copiesOnFat = false }: Pick<Transport, 'name' | 'keeps' | 'copiesOnFat'>,
): TreePart[] {
  const { root, only, mounts = [], manner = 'whole' } = request;
  const [from, what] = 'image' in request ? [request.image, `image ${request.image}`] : [request.folder, request.what];
  checkNested(mounts);
  const below = mounts.filter((mount) => mount.dir !== '/');
  const plain = below.filter((mount) => !mount.posix && !mount.keep);
  const apart = below.filter((mount) => !mount.posix || mount.keep);
  const filled = mounts.filter((mount) => mount.posix && !mount.keep);
  checkKept(filled, what, name, keeps);
  const split = splitNames(request, copiesOnFat);
  const apartBytes = apart.reduce((sum, mount) => sum + (mount.bytes ?? 0), 0);
  const base = {
    from,
    root,
    withoutDirs: [],
    withoutNames: [],
    ...(only && { only }),
    ...(request.staged && { staged: true }),
  };
  const exact = request.exact && { exact: { protect: below.map(({ dir }) => dir) } };
  return [
    {
      ...base,
      ...exact,
      why: `Pull ${what}`,
      manner,
      withoutDirs: apart.map(({ dir }) => dir),
      withoutNames: split.flatMap(({ names }) => names),
      totalBytes: request.totalBytes === undefined ? undefined : Math.max(0, request.totalBytes - apartBytes),
    },
    ...plain.map(({ dir, bytes, inodes }): TreePart => {
      const why = `Pull ${dir} of ${what}, which is no Unix filesystem`;
      return { ...base, ...exact, why, manner: 'bare', below: dir, isMissing: inodes === 0, totalBytes: bytes };
    }),
    ...split.map(({ dir, isFat, names, groups }): TreePart => {
      const why = `Copy ${names.length} hard-linked names of ${what} to ${dir}, apart from their first name`;
      return { ...base, why, manner: isFat ? 'bare' : manner, only: names, copies: groups };
    }),
  ];
}

/** Refuses a transport that loses metadata on a Unix filesystem; holes count only if the layout left out room for them. */
function checkKept(filled: readonly FetchMount[], what: string, name: string, keeps: readonly Kept[]): void {
  const unix: Kept[] = filled.length === 0 ? [] : ['owners', 'links', 'hard links', 'ACLs', 'extended attributes'];
  const holes: Kept[] = filled.some(({ holeBytes = 0 }) => holeBytes > 0) ? ['holes'] : [];
  const lost = [...unix, ...holes].filter((one) => !keeps.includes(one));
  if (lost.length > 0)
    throw new UserError(`the transport ${name} loses of ${what}: ${lost.join(', ')}`, 'Set TRANSPORT to another one.');
}

/** Refuses a filesystem inside of one that the first call leaves out, because that call leaves out everything below it. */
function checkNested(mounts: readonly FetchMount[]): void {
  const root = mounts.find((mount) => mount.dir === '/');
  if (root?.keep)
    throw new UserError(
      'the root filesystem is kept, so no image can be brought there',
      'Take `keep` off the partition of the root filesystem.',
    );
  for (const outer of mounts)
    for (const inner of mounts)
      if ((!outer.posix || outer.keep) && outer.dir !== '/' && inner.dir.startsWith(`${outer.dir}/`) && !inner.keep)
        throw new UserError(
          `${inner.dir} lies below ${outer.dir}, which is ${outer.keep ? 'kept' : 'no Unix filesystem'}: ${inner.dir} would stay empty`,
          'Mount the inner filesystem elsewhere in [mounts].',
        );
}

/**
 * The names of each split group on another mount than the first name, by mount: no link leads to another filesystem (EXDEV). With
 * `onFat` also those on filesystems without hard links, where each name is a copy.
 */
function splitNames(
  { mounts = [], splitLinks = [] }: TreeRequest,
  onFat: boolean,
): { dir: string; isFat: boolean; names: string[]; groups: string[][] }[] {
  const deepestFirst = [...mounts].sort((a, b) => b.dir.length - a.dir.length);
  const mountOf = (name: string) =>
    deepestFirst.find(({ dir }) => dir === '/' || name === dir || name.startsWith(`${dir}/`));
  const isFat = (dir: string) => mounts.some((mount) => mount.dir === dir && !mount.posix);
  const found = new Map<string, string[][]>();
  for (const [first = '', ...others] of splitLinks) {
    const apart = others.flatMap((name) => {
      const mount = mountOf(name);
      const isApart = mount?.posix ? mount !== mountOf(first) : onFat;
      return !mount || mount.keep || !isApart ? [] : [{ dir: mount.dir, name }];
    });
    for (const [dir, group] of Map.groupBy(apart, (one) => one.dir)) {
      const names = group.map((one) => one.name);
      const own = isFat(dir) ? names.map((name) => [first, name]) : [[first, ...names]];
      found.set(dir, [...(found.get(dir) ?? []), ...own]);
    }
  }
  return [...found].map(([dir, groups]) => {
    return { dir, isFat: isFat(dir), groups, names: groups.flatMap(([, ...names]) => names) };
  });
}
