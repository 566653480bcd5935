import { bytesOf, textOf } from '../system/text.ts';
import type { ImageFacts } from './image-facts.ts';
import { compareInTree } from './tree-order.ts';

/**
 * What one directory of a tree holds, without its subdirectories: files with one name, and the directory itself; and files with
 * several names. Names are bytes written as latin1, so that no name is lost.
 */
export type DirSums = {
  /** Content of the regular files with one name, in bytes. */
  bytes: number;
  /** How many of these bytes are holes. */
  holeBytes: number;
  /** Entries with one name, and the directory itself. */
  inodes: number;
  /** Files with several names: name, inode number, content in bytes, and how much of it is holes. */
  links: [name: string, ino: number, bytes: number, holeBytes: number][];
};

type Sum = { bytes: number; holeBytes: number; inodes: number };
const nothing: Sum = { bytes: 0, holeBytes: 0, inodes: 0 };

/** The deepest of the mount points that holds this directory; undefined if none does. */
function mountOf(dir: string, mounts: readonly string[]): string | undefined {
  const holds = (mount: string) => mount === '' || dir === mount || dir.startsWith(`${mount}/`);
  return mounts
    .filter(holds)
    .reduce<string | undefined>((best, one) => (best && best.length > one.length ? best : one), undefined);
}

/** The text of a path whose bytes were read as latin1. */
const printPath = (path: string) => `/${textOf(Buffer.from(path, 'latin1'))}`;

/** Sums up a tree, its directories by their paths below its root, for mount points, absolute paths. A file with several names counts once in each mount that has one of them. `allLinks`: splitLinks also has the files with several names in one mount below the root. */
export function sumTree(
  name: string,
  tree: Iterable<[string, DirSums]>,
  mountDirs: readonly string[],
  allLinks = false,
): ImageFacts {
  // Keys as in the tree: relative to the image, and bytes as latin1.
  const keys = mountDirs.map((dir) => bytesOf(dir.replace(/^\/+|(?<!\/)\/+$/g, '')).toString('latin1'));
  const total = { ...nothing };
  const sums = new Map<string, Sum>(keys.map((key) => [key, { ...nothing }]));
  const groups = new Map<
    number,
    { paths: { path: string; mount: string | undefined }[]; mounts: Set<string | undefined> }
  >();
  const add = (sum: Sum | undefined, one: Sum) => {
    if (!sum) return;
    sum.bytes += one.bytes;
    sum.holeBytes += one.holeBytes;
    sum.inodes += one.inodes;
  };
  for (const [dir, facts] of tree) {
    const mount = mountOf(dir, keys);
    const sum = mount === undefined ? undefined : sums.get(mount);
    add(total, facts);
    add(sum, facts);
    for (const [file, ino, bytes, holeBytes] of facts.links) {
      const group = groups.get(ino) ?? { paths: [], mounts: new Set() };
      const one = { bytes, holeBytes, inodes: 1 };
      if (!groups.has(ino)) add(total, one);
      if (!group.mounts.has(mount)) add(sum, one);
      group.paths.push({ path: dir === '' ? file : `${dir}/${file}`, mount });
      group.mounts.add(mount);
      groups.set(ino, group);
    }
  }
  return {
    name,
    bytes: total.bytes,
    inodes: total.inodes,
    mounts: mountDirs.map((dir, at) => ({ dir, ...(sums.get(keys[at] ?? '') ?? nothing) })),
    splitLinks: [...groups.values()]
      .filter(({ mounts }) => mounts.size > 1 || (allLinks && !mounts.has('')))
      // The first name is the one that holds the content in a tar of the tree.
      .map((group) =>
        group.paths
          .map((one) => one.path)
          .sort(compareInTree)
          .map(printPath),
      )
      .sort((a, b) => ((a[0] ?? '') < (b[0] ?? '') ? -1 : 1)),
  };
}
