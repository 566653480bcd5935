import { compareNames, type ManifestEntry } from './entry.ts';
import type { EntryStream } from './file.ts';

/** Reads a stream of entries one by one, and looks one ahead. */
export class Cursor {
  #entries: ManifestEntry[] = [];
  #at = 0;
  readonly #stream: AsyncIterator<ManifestEntry[]>;

  constructor(stream: EntryStream) {
    this.#stream = stream[Symbol.asyncIterator]();
  }

  /** The next entry, which stays the next one; undefined at the end. */
  async peek(): Promise<ManifestEntry | undefined> {
    while (this.#at >= this.#entries.length) {
      const { value, done } = await this.#stream.next();
      if (done) return undefined;
      this.#entries = value;
      this.#at = 0;
    }
    return this.#entries[this.#at];
  }

  /** Passes over the next entry. */
  skip(): void {
    this.#at += 1;
  }

  /** The entry of that name. Names must be asked for in the stream's order. */
  async find(name: string): Promise<ManifestEntry | undefined> {
    for (let next = await this.peek(); next; next = await this.peek()) {
      const order = compareNames(next.name, name);
      if (order === 0) return next;
      if (order > 0) return undefined;
      this.skip();
    }
    return undefined;
  }

  /** Ends the reading early. */
  async close(): Promise<void> {
    await this.#stream.return?.();
  }
}

/** The entries of two streams under one name; one of the streams may lack the name. */
export type Pair = { before?: ManifestEntry; after?: ManifestEntry };

const pairsAtOnce = 2000;

/** Walks through two streams side by side, some thousands of names at a time. */
export async function* pairUp(before: EntryStream, after: EntryStream): AsyncGenerator<Pair[]> {
  const [left, right] = [new Cursor(before), new Cursor(after)];
  let pairs: Pair[] = [];
  try {
    for (;;) {
      const [a, b] = [await left.peek(), await right.peek()];
      if (!a && !b) break;
      const order = a && b ? compareNames(a.name, b.name) : a ? -1 : 1;
      if (order <= 0) left.skip();
      if (order >= 0) right.skip();
      pairs.push({ before: a && order <= 0 ? a : undefined, after: b && order >= 0 ? b : undefined });
      if (pairs.length < pairsAtOnce) continue;
      yield pairs;
      pairs = [];
    }
    yield pairs;
  } finally {
    await left.close();
    await right.close();
  }
}
