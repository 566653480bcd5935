import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAst } from 'rolldown/parseAst';
import { analyse } from 'scslre';
import { expect, it } from 'vitest';

const top = path.resolve(import.meta.dirname, '..');
/** What is shipped, and reads text that others have written. */
const folders = ['common', 'machine', 'install', 'runtime', 'client', 'server', 'builder', 'cli'];

const files = folders.flatMap((folder) =>
  readdirSync(path.join(top, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => path.join(folder, name)),
);

/** The regular expressions in a syntax tree (ESTree, Literal.regex). */
function* literals(node: unknown): Generator<{ pattern: string; flags: string }> {
  if (typeof node !== 'object' || node === null) return;
  if ('regex' in node) yield node.regex as { pattern: string; flags: string };
  for (const child of Object.values(node)) yield* literals(child);
}

/** True for one whose time grows faster than the text, at its worst: https://github.com/RunDevelopment/scslre. */
const isSlow = (pattern: string, flags: string) =>
  analyse({ source: pattern, flags }, { reportTypes: { Move: true, Self: true, Trade: true } }).reports.length > 0;

it.each(['\\s+$', '^\\s*(\\S+)\\s+(.*?)\\s*$', '(a+)+b', '#.*$'])('finds /%s/', (pattern) => {
  expect(isSlow(pattern, '')).toBe(true);
});
it('reads no text by a regular expression that takes longer and longer a character', () => {
  const slow = files.flatMap((file) =>
    [...literals(parseAst(readFileSync(path.join(top, file), 'utf8'), { lang: 'ts' }))]
      .filter(({ pattern, flags }) => isSlow(pattern, flags))
      .map(({ pattern, flags }) => `${file}: /${pattern}/${flags}`),
  );
  expect(slow).toEqual([]);
});
