import { TextReader } from '../text.ts';

/** Takes what a program writes: keeps its (last `limit` characters of the) text, and hands over each line. */
export function linesOf(onLine: (line: string) => void, limit: number) {
  let kept: string[] = [];
  let keptChars = 0;
  let rest = '';
  return {
    add(chunk: string) {
      kept.push(chunk);
      keptChars += chunk.length;
      if (keptChars > limit * 2) {
        const text = kept.join('');
        kept = [text.slice(text.length - limit)];
        keptChars = limit;
      }
      const whole = (rest + chunk).split(/[\r\n]/);
      rest = whole.pop() ?? '';
      for (const line of whole) if (line !== '') onLine(line);
    },
    /** The rest without a line end is a line, too. */
    end() {
      if (rest !== '') onLine(rest);
      rest = '';
    },
    text: () => kept.join(''),
  };
}

/** Reads a stream of a program to its end. */
export function readInto(stream: NodeJS.ReadableStream | null | undefined, to: ReturnType<typeof linesOf>): void {
  const reader = new TextReader();
  stream?.on('data', (piece: Buffer) => to.add(reader.add(piece)));
  stream?.on('end', () => {
    to.add(reader.end());
    to.end();
  });
}
