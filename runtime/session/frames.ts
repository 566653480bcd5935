/** A message between `boel` and the resident program, in the same form both ways (builder/asker/boel.c). */
export type Frame = { kind: string; bytes: Buffer };

/** The letter of each kind of frame. */
export const kinds = {
  /** To the resident program: a word of the command line, a variable as NAME=VALUE, the end of both. */
  word: 'a',
  variable: 'v',
  go: 'g',
  /** Asks for standard input; the answer is a part of the input, an empty part at its end. */
  input: 'i',
  /** The name of a signal that `boel` got. */
  signal: 's',
  /** To `boel`: the text to write, and at last the exit code in one byte. */
  output: 'o',
  error: 'e',
  exit: 'x',
} as const;

/** A letter and the length in four bytes, most significant first. */
const headBytes = 5;
/** No input of a person or a script is longer; a program that sends more is no `boel`. */
const mostBytes = 64 * 1024 ** 2;

/** A frame as it is sent. */
export function frame(kind: string, content: string | Uint8Array): Buffer {
  const bytes = Buffer.from(content);
  const head = Buffer.alloc(headBytes);
  head.write(kind, 'latin1');
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

/** Makes frames of bytes that come in pieces of any size. */
export async function* framesOf(pieces: AsyncIterable<Buffer>): AsyncGenerator<Frame> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of pieces) {
    rest = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    while (rest.length >= headBytes) {
      const end = headBytes + rest.readUInt32BE(1);
      if (end > mostBytes) throw new Error(`a frame of ${end} bytes`);
      if (rest.length < end) break;
      yield { kind: rest.toString('latin1', 0, 1), bytes: rest.subarray(headBytes, end) };
      rest = rest.subarray(end);
    }
  }
}
