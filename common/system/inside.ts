import type { FileFacts, ReadHow, ReadIo } from './io.ts';
import { type AbsPath, resolvePlace } from './place.ts';

/** Reads of a tree that lies below a directory; paths start at the tree's root, and no link leads out of the tree. */
export type Inside = {
  /** The path outside, every link followed. */
  real(path: AbsPath): Promise<AbsPath>;
  read(path: AbsPath, how?: ReadHow): Promise<Buffer | undefined>;
  readText(path: AbsPath, how?: ReadHow): Promise<string | undefined>;
  readPart(path: AbsPath, firstByte: number, bytes: number): Promise<Buffer | undefined>;
  list(path: AbsPath): Promise<string[] | undefined>;
  /** Facts of the link itself if `path` is a link. */
  lstat(path: AbsPath): Promise<FileFacts | undefined>;
  /** Facts of the file that the path leads to, links followed. */
  stat(path: AbsPath): Promise<FileFacts | undefined>;
  /** True if the path exists, links followed. */
  exists(path: AbsPath): Promise<boolean>;
  /** The first of the paths that exists. */
  firstOf(paths: readonly AbsPath[]): Promise<AbsPath | undefined>;
};

/** Reads below `root` as a program in chroot(2) would. */
export function inside(io: ReadIo, root: AbsPath): Inside {
  const stat = (path: AbsPath) => io.stat({ root, path });
  const exists = async (path: AbsPath) => (await stat(path)) !== undefined;
  return {
    real: (path) => resolvePlace({ root, path }, (at) => io.readLink(at), true),
    read: (path, how) => io.read({ root, path }, how),
    readText: (path, how) => io.readText({ root, path }, how),
    readPart: (path, firstByte, bytes) => io.readPart({ root, path }, firstByte, bytes),
    list: (path) => io.list({ root, path }),
    lstat: (path) => io.lstat({ root, path }),
    stat,
    exists,
    async firstOf(paths) {
      for (const path of paths) if (await exists(path)) return path;
      return undefined;
    },
  };
}
