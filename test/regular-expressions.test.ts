import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAst } from 'rolldown/parseAst';
import { analyse } from 'scslre';
import { expect, it } from 'vitest';

const top = path.resolve(import.meta.dirname, '..');
/** What is shipped, and reads text that others have written. */
const folders = ['common', 'machine', 'install', 'runtime', 'client', 'server', 'builder', 'cli'];

const filesOf = (folder: string) =>
  readdirSync(path.join(top, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => path.join(folder, name));

type Expression = { pattern: string; flags: string };
/** ESTree: NewExpression with a Literal or a TemplateLiteral. */
type Call = {
  type?: string;
  callee?: { name?: string };
  arguments?: { value?: string; quasis?: { value: { cooked: string } }[] }[];
};

/** `new RegExp(TEXT, FLAGS)`, where each `${…}` of the text stands for a letter; undefined for one that is made elsewhere. */
function made(node: object): Expression | undefined {
  const { type, callee, arguments: words } = node as Call;
  if (type !== 'NewExpression' || callee?.name !== 'RegExp') return undefined;
  const [text, flags] = words ?? [];
  const pattern = text?.quasis?.map(({ value }) => value.cooked).join('x') ?? text?.value;
  return pattern === undefined ? undefined : { pattern, flags: flags?.value ?? '' };
}

/** The regular expressions in a syntax tree (ESTree: Literal.regex, and calls of the constructor). */
function* literals(node: unknown): Generator<Expression> {
  if (typeof node !== 'object' || node === null) return;
  if ('regex' in node) yield node.regex as Expression;
  const call = made(node);
  if (call) yield call;
  for (const child of Object.values(node)) yield* literals(child);
}

/** True for one whose time grows faster than the text, at its worst: https://github.com/RunDevelopment/scslre. */
const isSlow = (pattern: string, flags: string) =>
  analyse({ source: pattern, flags }, { reportTypes: { Move: true, Self: true, Trade: true } }).reports.length > 0;

it('reads literals and what is made of texts', () => {
  const found = [
    ...literals(
      parseAst('/a/g; new RegExp(`^${b}=\\\\s*(${c})$`, "m"); new RegExp("d"); new RegExp(e)', { lang: 'ts' }),
    ),
  ];
  expect(found.map(({ pattern, flags }) => `/${pattern}/${flags}`)).toEqual(['/a/g', '/^x=\\s*(x)$/m', '/d/']);
});
it.each(['\\s+$', '^\\s*(\\S+)\\s+(.*?)\\s*$', '(a+)+b', '#.*$'])('finds /%s/', (pattern) => {
  expect(isSlow(pattern, '')).toBe(true);
});
it.each(folders)('reads no text in %s by an expression that takes longer and longer a character', (folder) => {
  const slow = filesOf(folder).flatMap((file) =>
    [...literals(parseAst(readFileSync(path.join(top, file), 'utf8'), { lang: 'ts' }))]
      .filter(({ pattern, flags }) => isSlow(pattern, flags))
      .map(({ pattern, flags }) => `${file}: /${pattern}/${flags}`),
  );
  expect(slow).toEqual([]);
});
