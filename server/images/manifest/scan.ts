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

/** How far a scan is. `readFiles` and `readBytes` are what was hashed, `knownFiles` what a manifest told. */
export type ScanProgress = { entries: number; readFiles: number; readBytes: number; knownFiles: number };

export type Scan = {
  io: Pick<Io, 'run' | 'read'>;
  /** The tree. */
  at: AbsPath;
  hasher: Hasher;
  /** Files that are as this manifest tells are not read again. */
  known?: {
    manifest: AbsPath /** The tree that the manifest is of, where `at` was made from that one by rsync. */;
    tree?: AbsPath;
  };
  onProgress?: (progress: ScanProgress) => void;
  signal?: AbortSignal;
};

type Batch = { entries: ManifestEntry[]; links: { entry: ManifestEntry; first: ManifestEntry }[] };

const entriesAtOnce = 2000;
/** So many batches are read ahead, so that neither threads nor the disk wait. */
const batchesAhead = 3;

/** Everything there is to know of a tree, in a manifest's order. It holds some thousands of entries at a time. */
export async function* scanTree(scan: Scan): AsyncGenerator<ManifestEntry[]> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'systemimager-'));
  const known = scan.known && new Cursor(readManifest(scan.known.manifest));
  const reader = new BatchReader(scan, known, under(absPath(folder), 'attributes'));
  const ahead: Promise<Batch>[] = [];
  const next = async () => {
    const batch = await ahead.shift();
    for (const { entry, first } of batch?.links ?? []) entry.hash = first.hash;
    scan.onProgress?.(reader.progress);
    return batch?.entries ?? [];
  };
  try {
    for (const batch of batches(scan.at)) {
      scan.signal?.throwIfAborted();
      const read = reader.read(batch);
      // Where one fails, nobody asks for those behind it any more.
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

/** The tree's entries in batches. Further names of a file are told by its first. */
function* batches(root: AbsPath): Generator<Batch> {
  const firsts = new Map<string, { first: ManifestEntry; left: number }>();
  let batch: Batch = { entries: [], links: [] };
  for (const { entry, names } of listTree(root)) {
    batch.entries.push(entry);
    if (names > 1) {
      const seen = firsts.get(entry.ino);
      if (!seen) firsts.set(entry.ino, { first: entry, left: names - 1 });
      else {
        entry.sameAs = seen.first.name;
        batch.links.push({ entry, first: seen.first });
        seen.left -= 1;
        if (seen.left === 0) firsts.delete(entry.ino);
      }
    }
    if (batch.entries.length < entriesAtOnce) continue;
    yield batch;
    batch = { entries: [], links: [] };
  }
  yield batch;
}

/** Adds content and attributes to the entries of batches; one batch after the other asks the manifest and getfattr. */
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

  async read(batch: Batch): Promise<Batch> {
    const turn = this.#before.then(() => this.#inTurn(batch));
    this.#before = turn.catch(() => {});
    const unknown = await turn;
    const hashes = await this.#scan.hasher.hash(this.#scan.at, unknown);
    for (const [at, entry] of unknown.entries()) {
      entry.hash = hashes[at] ?? '!EIO';
      this.progress.readBytes += entry.sizeBytes;
    }
    this.progress.readFiles += unknown.length;
    this.progress.entries += batch.entries.length;
    return batch;
  }

  /** Gives the files that must be read. */
  async #inTurn({ entries }: Batch): Promise<ManifestEntry[]> {
    const { io, at } = this.#scan;
    const names = entries.map((one) => one.name);
    const attributes = await readAttributes(io, at, names, this.#scratch);
    const unknown: ManifestEntry[] = [];
    for (const entry of entries) {
      entry.attributes = attributes.get(entry.name) ?? '';
      if (entry.type !== 'f' || entry.sameAs !== '') continue;
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
    const tree = this.#scan.known?.tree;
    // rsync takes a file of the same size and time from the tree before; if that one is untouched, so is the copy.
    if (tree === undefined || before.sizeBytes !== entry.sizeBytes || before.mtime !== entry.mtime) return undefined;
    return isAsBefore(tree, before) ? before.hash : undefined;
  }
}

function isAsBefore(tree: AbsPath, before: ManifestEntry): boolean {
  const at = Buffer.concat([Buffer.from(tree), Buffer.from(`/${before.name}`, 'latin1')]);
  const stat = lstatSync(at, { bigint: true, throwIfNoEntry: false });
  return (
    stat !== undefined &&
    String(stat.ino) === before.ino &&
    Number(stat.size) === before.sizeBytes &&
    String(stat.mtimeNs) === before.mtime &&
    String(stat.ctimeNs) === before.ctime
  );
}
