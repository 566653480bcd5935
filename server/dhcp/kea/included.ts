import path from 'node:path';
import { absPath, type AbsPath } from '../../../common/system/place.ts';
import type { Configuration } from '../kind.ts';

/** Strings and comments come first, so that an include inside of them does not count. */
const token = /"(?:[^"\\\n]|\\.)*"|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/|<\?include\s+"([^"\n]+)"\s*\?>/g;

type Include = { start: number; end: number; at: AbsPath };

/** The includes of a text; a relative name is one of `/`, where systemd starts Kea. */
export function includesIn(text: string): Include[] {
  return [...text.matchAll(token)].flatMap((match) => {
    const [whole, name] = match;
    if (name === undefined) return [];
    return [{ start: match.index, end: match.index + whole.length, at: absPath(path.posix.resolve('/', name)) }];
  });
}

/** How deep files may include one another (Kea ARM, "JSON Syntax"). */
const deepest = 10;

/** A text with its included files in place, as Kea reads it; `originalAt` gives the place in the text itself, if it has one. */
export type Whole = { text: string; originalAt: (at: number) => number | undefined };

/** Puts included files in their places. An include whose file was not read stays, and is no JSON. */
export function withIncluded({ text, others = [] }: Configuration, depth = 0): Whole {
  let whole = '';
  let [from, blanksUntil] = [0, 0];
  /** Pieces of the text itself, and where the last item of the included file before each piece ends. */
  const pieces: { start: number; end: number; from: number; blanksFrom: number }[] = [];
  const take = (until: number) => {
    pieces.push({ start: whole.length, end: whole.length + until - from, from, blanksFrom: blanksUntil });
    whole += text.slice(from, until);
  };
  for (const { start, end, at } of includesIn(text)) {
    const found = others.find(({ file }) => file === at || file.endsWith(at));
    if (!found || depth >= deepest) continue;
    take(start);
    // The line break ends a comment in the last line of the included file.
    const inner = `${withIncluded({ ...found, others }, depth + 1).text}\n`;
    blanksUntil = whole.length + withoutEnd(inner).length;
    whole += inner;
    from = end;
  }
  take(text.length);
  return {
    text: whole,
    originalAt(at) {
      const own = pieces.find(({ start, end, blanksFrom }) => at >= Math.min(start, blanksFrom || start) && at <= end);
      return own && own.from + Math.max(0, at - own.start);
    },
  };
}

/** Without blanks and comments at the end of an included file: an item that is added after its last item follows the include. */
function withoutEnd(text: string): string {
  const lines = text.split('\n');
  for (let line = lines.pop(); line !== undefined; line = lines.pop()) {
    const item = line.replace(/(?:#|\/\/).*/s, '').trimEnd();
    if (item !== '') return [...lines, item].join('\n');
  }
  return '';
}
