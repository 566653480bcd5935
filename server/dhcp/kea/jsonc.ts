import { UserError } from '../../../common/system/errors.ts';

// Parsed by hand: jsonc-parser knows neither comments that begin with # nor <?include?>, and its tree has no places of commas.

/** A value of JSON with comments, and its place in the text; `afterComma` is the place after a comma that follows. */
export type JsonNode = { start: number; end: number; afterComma?: number } & (
  | { kind: 'object'; members: { key: string; value: JsonNode }[] }
  | { kind: 'array'; items: JsonNode[] }
  | { kind: 'scalar'; value: unknown }
);

/** Blanks, and comments of the three kinds that Kea takes: `#`, `//` and between slashes and stars. */
const blank = /(?:\s+|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/)+/y;
const scalar = /"(?:[^"\\\n]|\\.)*"|-?\d[\d.eE+-]*|true|false|null/y;

/** Reads JSON with comments; a comma after the last item is accepted, as by Kea. UserError with the line. */
export function parseJsonc(text: string, file: string): JsonNode {
  let at = 0;
  const problem = (what: string) =>
    new UserError(
      `${file}, line ${text.slice(0, at).split('\n').length}: ${what}`,
      'Correct it; or write another file by --file, and copy its lines by hand.',
    );
  const skip = () => {
    blank.lastIndex = at;
    if (blank.test(text)) at = blank.lastIndex;
  };
  const take = (sign: string) => {
    skip();
    if (text[at] !== sign) return false;
    at += 1;
    return true;
  };
  const scalarHere = (): unknown => {
    scalar.lastIndex = at;
    const word = scalar.exec(text)?.[0];
    if (word === undefined)
      throw problem(
        text.startsWith('<?include', at)
          ? 'an <?include?> of a file that is not there'
          : `${JSON.stringify(text.slice(at, at + 20).split('\n')[0] || 'the end')} is no JSON`,
      );
    try {
      const value: unknown = JSON.parse(word);
      at += word.length;
      return value;
    } catch {
      throw problem(`${word.slice(0, 40)} is no JSON`);
    }
  };
  const list = (close: string, one: () => JsonNode): void => {
    while (!take(close)) {
      const node = one();
      if (take(',')) node.afterComma = at;
      else if (text[at] !== close) throw problem(`a comma or ${close} is missing`);
    }
  };
  const value = (): JsonNode => {
    skip();
    const start = at;
    if (take('{')) {
      const members: { key: string; value: JsonNode }[] = [];
      list('}', () => {
        skip();
        const key = text[at] === '"' ? scalarHere() : undefined;
        if (typeof key !== 'string') throw problem('a name in quotes is missing');
        if (!take(':')) throw problem('a colon is missing');
        const member = { key, value: value() };
        members.push(member);
        return member.value;
      });
      return { kind: 'object', start, end: at, members };
    }
    if (take('[')) {
      const items: JsonNode[] = [];
      list(']', () => {
        const item = value();
        items.push(item);
        return item;
      });
      return { kind: 'array', start, end: at, items };
    }
    const found = scalarHere();
    return { kind: 'scalar', start, end: at, value: found };
  };
  const top = value();
  skip();
  if (at < text.length) throw problem(`${JSON.stringify(text.slice(at, at + 20).split('\n')[0])} after the end`);
  return top;
}

/** The value without its places. */
export function valueOf(node: JsonNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'array':
      return node.items.map(valueOf);
    case 'object':
      return Object.fromEntries(node.members.map(({ key, value }) => [key, valueOf(value)]));
  }
}

/** The node at the end of this way of names and numbers. */
export function nodeAt(node: JsonNode | undefined, way: readonly (string | number)[]): JsonNode | undefined {
  return way.reduce<JsonNode | undefined>((here, step) => {
    if (here?.kind === 'array' && typeof step === 'number') return here.items[step];
    if (here?.kind === 'object') return here.members.find((one) => one.key === step)?.value;
    return undefined;
  }, node);
}
