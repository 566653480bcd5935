import type { ImageTies } from './ties.ts';

/** A master script for an image of another name: the name changes only in boel commands and in the first line. */
export function renamedScript(text: string, from: string, to: string): string {
  const word = new RegExp(`(?<=[\\s=])${RegExp.escape(from)}(?=[\\s:.]|$)`, 'g');
  return text
    .split('\n')
    .map((line) =>
      /^\s*boel\s+(layout|image)\s/.test(line) || line.startsWith(`# ${from}.master`)
        ? line.replace(word, () => to)
        : line,
    )
    .join('\n');
}

/** The text of an image's script under another name. */
export const scriptFor = ({ script, name }: ImageTies, to: string) =>
  script === undefined ? undefined : renamedScript(script, name, to);
