import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from '../io.ts';

type Streams = { stdin: Writable | null; stdout: Readable | null };

/**
 * Gives a program the pieces of its standard input, and hands on its standard output, both at the speed of the slower side. An error
 * of either of our sides calls `end`, and is thrown.
 */
export async function moveData(
  { stdin, takesOutput }: Pick<Command, 'stdin' | 'takesOutput'>,
  running: Streams,
  end: () => void,
): Promise<void> {
  const pieces = typeof stdin === 'object' && 'pieces' in stdin ? stdin.pieces : undefined;
  try {
    await Promise.all([
      pieces && running.stdin && feed(pieces, running.stdin),
      takesOutput && running.stdout && takesOutput(running.stdout),
    ]);
  } catch (error) {
    end();
    throw error;
  }
}

async function feed(pieces: AsyncIterable<Uint8Array>, to: Writable): Promise<void> {
  let failure: { error: unknown } | undefined;
  const watched = async function* () {
    try {
      yield* pieces;
    } catch (error) {
      failure = { error };
      throw error;
    }
  };
  // A program that ends before its input does says by its exit code whether that is right.
  await pipeline(watched, to).catch(() => {
    if (failure) throw failure.error;
  });
}
