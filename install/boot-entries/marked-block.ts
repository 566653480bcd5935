import { entryName } from './boot-entry.ts';

const begin = `# BEGIN ${entryName}`;
const end = `# END ${entryName}`;
/** A line of the file that a block replaces, as it was; `cut`: it was the last line and had no line end. */
const [was, cut] = ['#was ', '#cut '];

const block = (lines: readonly string[]) => `${[begin, ...lines, end].join('\n')}\n`;

const anyBlock = new RegExp(`^${begin}\\n((?:(?!${end}$).*\\n)*)${end}\\n`, 'gm');

/** True if a text holds a block of ours. */
export const hasBlock = (text: string): boolean => text.search(anyBlock) >= 0;

/** The text without our blocks, with the lines that they had replaced: byte for byte as it was before. */
export function withoutBlocks(text: string): string {
  return text.replaceAll(anyBlock, (_, body: string) =>
    body
      .split(/(?<=\n)/)
      .flatMap((line) => {
        if (line.startsWith(was)) return line.slice(was.length);
        return line.startsWith(cut) ? line.slice(cut.length, -1) : [];
      })
      .join(''),
  );
}

/** The text with a block at its end. A last line without an end gets one, within the block. */
export function withBlockAtEnd(text: string, lines: readonly string[]): string {
  const from = text.lastIndexOf('\n') + 1;
  const rest = text.slice(from);
  return `${text.slice(0, from)}${block(rest === '' ? lines : [`${cut}${rest}`, rest, ...lines])}`;
}

/** The text with a block in front of it. */
export const withBlockAtStart = (text: string, lines: readonly string[]): string => block(lines) + text;

/** The text with the first line that matches replaced by a block of one line; undefined if no line matches. */
export function withBlockFor(text: string, pattern: RegExp, line: string): string | undefined {
  const lines = text.split(/(?<=\n)/);
  const at = lines.findIndex((one) => pattern.test(one));
  const old = lines[at];
  if (old === undefined) return undefined;
  const kept = old.endsWith('\n') ? `${was}${old.slice(0, -1)}` : `${cut}${old}`;
  return [...lines.slice(0, at), block([kept, line]), ...lines.slice(at + 1)].join('');
}
