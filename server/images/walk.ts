import fs from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type { DirSums } from '../../common/model/sum-tree.ts';

/** What one directory of an image holds; paths are relative to the image, '' is its root. */
export type DirFacts = DirSums & {
  /** 0 if the directory changed so recently that it must be read again. */
  mtimeMs: number;
  subdirs: string[];
};

/** An image's directories by path. */
export type TreeFacts = Map<string, DirFacts>;

/** The event loop gets a turn after this time, so that the server goes on answering. */
const turnMs = 15;
/** Within this time after a change, another may leave mtime the same (ext4 stamps by the timer tick, others by the second). */
const racyMs = 2000;

/** Smaller files may lie within their inode, without blocks of their own (ext4's inline_data, btrfs, ZFS). */
const sparseFromBytes = 64 * 1024;
/** st_blocks counts in these units everywhere (stat(2)). */
const blockBytes = 512;
/** Filesystems that show fewer blocks for compressed files, by statfs(2) type: ZFS, f2fs, bcachefs. */
const compressing = new Set([0x2fc12fc1, 0xf2f52010, 0xca451a4e]);

/** The bytes of a file that are holes: bytes without blocks. */
function holesOf({ size, blocks }: { size: number; blocks: number }): number {
  return size < sparseFromBytes ? 0 : Math.max(0, size - blocks * blockBytes);
}

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const join = (dir: string, name: string) => (dir === '' ? name : `${dir}/${name}`);

/** Gives the event loop its turns, and ends with the signal. */
type Turns = { next(): Promise<void> | undefined };

function takeTurns(signal: AbortSignal, onTurn: () => void): Turns {
  let sinceMs = performance.now();
  return {
    next() {
      if (performance.now() - sinceMs < turnMs) return undefined;
      onTurn();
      return setImmediate().then(() => {
        signal.throwIfAborted();
        sinceMs = performance.now();
      });
    },
  };
}

type Tree = { root: Buffer; device: number; nowMs: number; showsHoles: boolean };

async function readDir({ root, device, nowMs, showsHoles }: Tree, dir: string, turns: Turns): Promise<DirFacts> {
  const at = Buffer.concat([root, latin1(`/${dir}`)]);
  const { mtimeMs } = fs.lstatSync(at);
  const facts: DirFacts = {
    mtimeMs: nowMs - mtimeMs < racyMs ? 0 : mtimeMs,
    bytes: 0,
    holeBytes: 0,
    inodes: 1,
    subdirs: [],
    links: [],
  };
  for (const name of fs.readdirSync(at, { encoding: 'latin1' })) {
    const turn = turns.next();
    if (turn) await turn;
    const stat = fs.lstatSync(Buffer.concat([at, latin1(`/${name}`)]), { throwIfNoEntry: false });
    if (!stat) continue;
    if (stat.isDirectory()) {
      // A filesystem mounted inside an image (a forgotten /proc) is no content of it.
      if (stat.dev === device) facts.subdirs.push(name);
      continue;
    }
    const bytes = stat.isFile() ? stat.size : 0;
    const holeBytes = stat.isFile() && showsHoles ? holesOf(stat) : 0;
    if (stat.nlink > 1) facts.links.push([name, stat.ino, bytes, holeBytes]);
    else {
      facts.bytes += bytes;
      facts.holeBytes += holeBytes;
      facts.inodes += 1;
    }
  }
  return facts;
}

/**
 * Looks at every directory below `root`. A directory with the same mtime as in `known` is taken from there, because a name
 * that comes or goes changes mtime. (A file that grows in place is not noticed; rsync and package managers replace files.)
 */
export async function walkTree(
  root: string,
  known: TreeFacts,
  { nowMs, signal, onDirs }: { nowMs: number; signal: AbortSignal; onDirs?: (count: number) => void },
): Promise<TreeFacts> {
  const top = Buffer.from(root);
  const showsHoles = !compressing.has(fs.statfsSync(top).type);
  const about: Tree = { root: top, device: fs.lstatSync(top).dev, nowMs, showsHoles };
  const tree: TreeFacts = new Map();
  const turns = takeTurns(signal, () => onDirs?.(tree.size));
  const todo = [''];
  for (let dir = todo.pop(); dir !== undefined; dir = todo.pop()) {
    const old = known.get(dir);
    const mtimeMs = old && fs.lstatSync(Buffer.concat([top, latin1(`/${dir}`)]), { throwIfNoEntry: false })?.mtimeMs;
    const facts = old && old.mtimeMs === mtimeMs ? old : await readDir(about, dir, turns);
    tree.set(dir, facts);
    for (const name of facts.subdirs) todo.push(join(dir, name));
    const turn = turns.next();
    if (turn) await turn;
  }
  return tree;
}
