import { isDeepStrictEqual } from 'node:util';
import { UserError } from '../../../common/system/errors.ts';
import type { Configuration } from '../kind.ts';
import { type Whole, withIncluded } from './included.ts';
import { type JsonNode, nodeAt, parseJsonc, valueOf } from './jsonc.ts';

/** Replaces the text from `start` to `end`. */
type Edit = { start: number; end: number; text: string };
type Way = readonly (string | number)[];

const tab = 4;

/** Applies edits to the file itself; their places are counted in the whole text, with included files. */
function applied({ text, file }: Configuration, { originalAt }: Whole, edits: readonly Edit[]): string {
  return edits
    .map((edit) => {
      const [start, end] = [originalAt(edit.start), originalAt(edit.end)];
      if (start !== undefined && end !== undefined && end - start === edit.end - edit.start)
        return { ...edit, start, end };
      throw new UserError(
        `${file} includes the part that is to be changed from another file`,
        'That file stays as it is: move the part into this one, or write another file by --file, and copy its lines by hand.',
      );
    })
    .toSorted((a, b) => b.start - a.start)
    .reduce((all, { start, end, text: piece }) => all.slice(0, start) + piece + all.slice(end), text);
}

const indentAt = (text: string, at: number) =>
  /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', at - 1) + 1))?.[0] ?? '';

/** JSON of at most so many characters stays on one line. */
const lineWidth = 90;

/** The value as JSON; a longer value is spread over lines, which begin with `indent`. */
function print(value: unknown, indent: string): string {
  const flat = JSON.stringify(value, undefined, 1).replaceAll(/\n\s*/g, ' ');
  if (flat.length <= lineWidth || typeof value !== 'object' || value === null) return flat;
  const inner = indent + ' '.repeat(tab);
  const parts = Array.isArray(value)
    ? value.map((one: unknown) => print(one, inner))
    : Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${print(one, inner)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${parts.map((one) => inner + one).join(',\n')}\n${indent}${close}`;
}

/** The edits that put `pieces` behind the last item of `there` in a list. */
function appendTo(
  text: string,
  node: JsonNode,
  there: readonly JsonNode[],
  pieces: (indent: string) => string[],
): Edit[] {
  const last = there.at(-1);
  if (!last) {
    const outer = indentAt(text, node.start);
    const indent = outer + ' '.repeat(tab);
    const inside = text.slice(node.start + 1, node.end - 1);
    // Comments in an empty list stay, before the new items.
    const kept = inside.trim() === '' ? '' : inside.trimEnd();
    const all = pieces(indent).map((piece) => `\n${indent}${piece}`);
    return [{ start: node.start + 1, end: node.end - 1, text: `${kept}${all.join(',')}\n${outer}` }];
  }
  const indent = indentAt(text, last.start);
  const all = pieces(indent)
    .map((piece) => `\n${indent}${piece}`)
    .join(',');
  // A comment on the same line belongs to the last item.
  const from = last.afterComma ?? last.end;
  const at = from + (/^[ \t]*(#|\/\/)[^\n]*/.exec(text.slice(from))?.[0].length ?? 0);
  const comma = last.afterComma === undefined ? [{ start: last.end, end: last.end, text: ',' }] : [];
  return [{ start: at, end: at, text: all }, ...comma];
}

function find({ text }: Whole, file: string, way: Way): JsonNode | undefined {
  return nodeAt(parseJsonc(text, file), way);
}

const shown = (way: Way) => way.join('.');

/** The text with this member, which replaces a different member of the same name. */
export function withMember(configuration: Configuration, way: Way, key: string, value: unknown): string {
  const { file } = configuration;
  const whole = withIncluded(configuration);
  const { text } = whole;
  const object = find(whole, file, way);
  if (object?.kind !== 'object')
    throw new UserError(`${file}: ${shown(way) || 'the whole'} is no {…}`, 'Look at that part of the configuration.');
  const there = object.members.find((one) => one.key === key)?.value;
  if (!there) {
    const nodes = object.members.map((one) => one.value);
    const pieces = (indent: string) => [`${JSON.stringify(key)}: ${print(value, indent)}`];
    return applied(configuration, whole, appendTo(text, object, nodes, pieces));
  }
  if (isDeepStrictEqual(valueOf(there), value)) return configuration.text;
  return applied(configuration, whole, [
    { start: there.start, end: there.end, text: print(value, indentAt(text, there.start)) },
  ]);
}

/**
 * The text with these items in a list: each replaces our item with the same key, and our other items are removed. A missing
 * list is made.
 */
export function withItems(
  configuration: Configuration,
  way: readonly [...(string | number)[], string],
  wanted: readonly object[],
  { keyOf, isOurs }: { keyOf: (item: unknown) => string; isOurs: (item: unknown) => boolean },
): string {
  const name = String(way.at(-1));
  let now = configuration;
  if (!find(withIncluded(now), now.file, way)) {
    if (wanted.length === 0) return now.text;
    now = { ...now, text: withMember(now, way.slice(0, -1), name, []) };
  }
  const whole = withIncluded(now);
  const { text } = whole;
  const list = find(whole, now.file, way);
  if (list?.kind !== 'array')
    throw new UserError(`${configuration.file}: ${shown(way)} is no […]`, 'Look at that part of the configuration.');
  const todo = new Map(wanted.map((item) => [keyOf(item), item]));
  const edits: Edit[] = [];
  for (const [at, node] of list.items.entries()) {
    const value = valueOf(node);
    if (!isOurs(value)) continue;
    const item = todo.get(keyOf(value));
    todo.delete(keyOf(value));
    if (!item) {
      const before = list.items[at - 1]?.afterComma;
      const comma =
        node.afterComma === undefined && before !== undefined ? [{ start: before - 1, end: before, text: '' }] : [];
      const removal = [{ start: node.start, end: node.afterComma ?? node.end, text: '' }, ...comma];
      // Few items are ever removed, so one at a time is enough.
      return withItems({ ...now, text: applied(now, whole, removal) }, way, wanted, { keyOf, isOurs });
    }
    if (!isDeepStrictEqual(value, item))
      edits.push({ start: node.start, end: node.end, text: print(item, indentAt(text, node.start)) });
  }
  if (todo.size > 0) {
    const pieces = (indent: string) => [...todo.values()].map((item) => print(item, indent));
    edits.push(...appendTo(text, list, list.items, pieces));
  }
  return applied(now, whole, edits);
}
