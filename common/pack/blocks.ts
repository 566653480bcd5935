/** Splits a stream of any chunks into pieces of the lengths that are asked for. */
export class Blocks {
  /** Bytes that were taken so far. */
  position = 0;
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  async #more(): Promise<boolean> {
    const { value, done } = await this.#chunks.next();
    if (done) return false;
    this.#rest = this.#rest.length === 0 ? value : Buffer.concat([this.#rest, value]);
    return true;
  }

  /** The next `length` bytes; undefined if the stream ends before. */
  async take(length: number): Promise<Buffer | undefined> {
    while (this.#rest.length < length) if (!(await this.#more())) return undefined;
    const taken = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    this.position += length;
    return taken;
  }

  /** The next `length` bytes in pieces as they come, none longer than `mostBytes`; ends early if the stream ends before. */
  async *pieces(length: number, mostBytes: (left: number) => number): AsyncGenerator<Buffer> {
    for (let left = length; left > 0; ) {
      if (this.#rest.length === 0 && !(await this.#more())) return;
      const piece = this.#rest.subarray(0, mostBytes(Math.min(left, this.#rest.length)));
      this.#rest = this.#rest.subarray(piece.length);
      this.position += piece.length;
      left -= piece.length;
      yield piece;
    }
  }

  /** Passes over `length` bytes; false if the stream ends before. */
  async skip(length: number): Promise<boolean> {
    let left = length;
    while (left > this.#rest.length) {
      left -= this.#rest.length;
      this.#rest = Buffer.alloc(0);
      if (!(await this.#more())) return false;
    }
    this.#rest = this.#rest.subarray(left);
    this.position += length;
    return true;
  }

  /** Reads the stream to its end, so that a decompressor before it can check its own end. */
  async drain(): Promise<void> {
    do this.#rest = Buffer.alloc(0);
    while (await this.#more());
  }
}
