import { lstatSync } from 'node:fs';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Io } from '../../../common/system/io.ts';
import type { AbsPath } from '../../../common/system/place.ts';
import { absPath, under } from '../../../common/system/place.ts';
import { readAttributes } from './attributes.ts';
import { Cursor } from './cursor.ts';
import { isUntouched, type ManifestEntry } from './entry.ts';
import { readManifest } from './file.ts';
import type { Hasher } from './hasher.ts';
import { listTree } from './list-tree.ts';

/** How far a scan is. `readFiles` and `readBytes` were hashed, the hashes of `knownFiles` came from a manifest. */
export type ScanProgress = { entries: number; readFiles: number; readBytes: number; knownFiles: number };

export type Scan = {
  io: Pick<Io, 'run' | 'read'>;
  /** The tree. */
  at: AbsPath;
  hasher: Hasher;
  /** Files that match this manifest are not read again. */
  known?: {
    manifest: AbsPath;
    /** The tree of the manifest, if `at` was made from that tree by cp and rsync. */
    tree?: AbsPath;
    /** True if the ctimes of that tree say nothing. */
    isSealed?: boolean;
  };
  onProgress?: (progress: ScanProgress) => void;
  signal?: AbortSignal;
};

const entriesAtOnce = 2000;
/** How many batches are read ahead, so that neither threads nor the disk wait. */
const batchesAhead = 3;

/** The complete entries of a tree, in a manifest's order. Only some thousands of entries are in memory at a time. */
export async function* scanTree(scan: Scan): AsyncGenerator<ManifestEntry[]> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'systemimager-'));
  const known = scan.known && new Cursor(readManifest(scan.known.manifest));
  const reader = new BatchReader(scan, known, under(absPath(folder), 'attributes'));
  const ahead: Promise<ManifestEntry[]>[] = [];
  const next = async () => {
    const batch = await ahead.shift();
    scan.onProgress?.(reader.progress);
    return batch ?? [];
  };
  try {
    for (const batch of batches(scan.at)) {
      scan.signal?.throwIfAborted();
      const read = reader.read(batch);
      // After a batch failed, nobody awaits the batches behind it any more.
      read.catch(() => {});
      ahead.push(read);
      if (ahead.length >= batchesAhead) yield await next();
    }
    while (ahead.length > 0) yield await next();
  } finally {
    await Promise.allSettled(ahead);
    await known?.close();
    await fs.rm(folder, { recursive: true, force: true });
  }
}

/** The tree's entries in batches. The entry of a further name of a file tells the first name. */
function* batches(root: AbsPath): Generator<ManifestEntry[]> {
  const names = new FirstNames();
  let batch: ManifestEntry[] = [];
  for (const { entry, names: count } of listTree(root)) {
    if (count > 1) entry.sameAs = names.firstOf(entry, count);
    batch.push(entry);
    if (batch.length < entriesAtOnce) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

/** The first names of files with several names, until the last name was seen. */
class FirstNames {
  /** By inode, `LEFT/NAME`: one string each, because a tree that shares its files with another has an item for each file. */
  readonly #names = new Map<number, string>();

  /** The first name of the file; '' if this name is the first. */
  firstOf({ ino, name }: ManifestEntry, count: number): string {
    const key = Number(ino);
    const seen = this.#names.get(key);
    if (seen === undefined) {
      this.#names.set(key, `${count - 1}/${name}`);
      return '';
    }
    const at = seen.indexOf('/');
    const [left, first] = [Number(seen.slice(0, at)) - 1, seen.slice(at + 1)];
    if (left === 0) this.#names.delete(key);
    else this.#names.set(key, `${left}/${first}`);
    return first;
  }
}

/** Adds hashes and attributes to the entries of batches; one batch after the other asks the manifest and getfattr. */
class BatchReader {
  readonly progress: ScanProgress = { entries: 0, readFiles: 0, readBytes: 0, knownFiles: 0 };
  readonly #scan: Scan;
  readonly #known: Cursor | undefined;
  readonly #scratch: AbsPath;
  #before: Promise<unknown> = Promise.resolve();

  constructor(scan: Scan, known: Cursor | undefined, scratch: AbsPath) {
    this.#scan = scan;
    this.#known = known;
    this.#scratch = scratch;
  }

  async read(batch: ManifestEntry[]): Promise<ManifestEntry[]> {
    const turn = this.#before.then(() => this.#inTurn(batch));
    this.#before = turn.catch(() => {});
    const unknown = await turn;
    const hashes = await this.#scan.hasher.hash(this.#scan.at, unknown);
    for (const [at, entry] of unknown.entries()) {
      entry.hash = hashes[at] ?? '!EIO';
      this.progress.readBytes += entry.sizeBytes;
    }
    this.progress.readFiles += unknown.length;
    this.progress.entries += batch.length;
    return batch;
  }

  /** Gives the files that must be read. */
  async #inTurn(entries: ManifestEntry[]): Promise<ManifestEntry[]> {
    const { io, at } = this.#scan;
    const names = entries.map((one) => one.name);
    const attributes = await readAttributes(io, at, names, this.#scratch, this.#scan.signal);
    const unknown: ManifestEntry[] = [];
    for (const entry of entries) {
      entry.attributes = attributes.get(entry.name) ?? '';
      if (entry.type !== 'f') continue;
      entry.hash = (await this.#knownHash(entry)) ?? '';
      if (entry.hash === '') unknown.push(entry);
      else this.progress.knownFiles += 1;
    }
    return unknown;
  }

  async #knownHash(entry: ManifestEntry): Promise<string | undefined> {
    const before = await this.#known?.find(entry.name);
    if (before?.type !== 'f' || before.hash.startsWith('!')) return undefined;
    if (isUntouched(before, entry)) return before.hash;
    const { tree, isSealed } = this.#scan.known ?? {};
    // A file of the same size and time came from the tree before; if that one is untouched, so is the copy.
    if (tree === undefined || before.sizeBytes !== entry.sizeBytes || before.mtime !== entry.mtime) return undefined;
    return isAsBefore(tree, before, isSealed) ? before.hash : undefined;
  }
}

function isAsBefore(tree: AbsPath, before: ManifestEntry, isSealed = false): boolean {
  const at = Buffer.concat([Buffer.from(tree), Buffer.from(`/${before.name}`, 'latin1')]);
  const stat = lstatSync(at, { bigint: true, throwIfNoEntry: false });
  if (stat === undefined) return false;
  const [ino, mtime, ctime] = [String(stat.ino), String(stat.mtimeNs), String(stat.ctimeNs)];
  return isUntouched(before, { ino, sizeBytes: Number(stat.size), mtime, ctime }, { isSealed });
}
