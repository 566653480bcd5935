import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

/** Who may import whom: each folder and what it may reach besides itself. Imports run one way. */
const reaches: Record<string, string[]> = {
  'common/model': ['common/system'],
  'common/media': ['common/model', 'common/system'],
  'common/system': [],
  'common/templates': ['common/system'],
  'common/pack': ['common/model', 'common/system'],
  'common/boot': ['common/templates', 'common/model', 'common/system'],
  machine: ['common'],
  install: ['machine', 'common'],
  runtime: ['install', 'machine', 'common'],
  client: ['install', 'machine', 'common'],
  server: ['install', 'machine', 'common'],
  vm: ['server', 'install', 'machine', 'common'],
  builder: ['server', 'client', 'runtime', 'install', 'machine', 'common'],
  cli: ['vm', 'server', 'client', 'builder', 'runtime', 'install', 'machine', 'common'],
};

const top = path.resolve(import.meta.dirname, '..');

function sources(folder: string): string[] {
  if (!existsSync(path.join(top, folder))) return [];
  return readdirSync(path.join(top, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => path.join(folder, name));
}

function importsOf(file: string): string[] {
  const text = readFileSync(path.join(top, file), 'utf8');
  return [...text.matchAll(/\b(?:from |import ?\(?)'(\.[^']+)'/g)].map((match) =>
    path.join(path.dirname(file), match[1] ?? ''),
  );
}

const isIn = (file: string, folder: string) => file.startsWith(`${folder}/`);

describe('imports', () => {
  it.each(Object.entries(reaches))('%s reaches only what it may', (folder, allowed) => {
    const upward = sources(folder).flatMap((file) =>
      importsOf(file)
        .filter(
          (target) =>
            !/^(templates\/|package\.json$)/.test(target) && ![folder, ...allowed].some((room) => isIn(target, room)),
        )
        .map((target) => `${file} imports ${target}`),
    );
    expect(upward).toEqual([]);
  });
});

/** Those of a graph that lead back to themselves, however many lie between. */
function circles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const reached = (from: string) => {
    const seen = new Set<string>();
    const todo = [...(graph.get(from) ?? [])];
    for (let one = todo.pop(); one !== undefined; one = todo.pop())
      if (!seen.has(one)) {
        seen.add(one);
        todo.push(...(graph.get(one) ?? []));
      }
    return seen;
  };
  return [...graph.keys()].filter((one) => reached(one).has(one));
}

const floors = [...new Set(Object.keys(reaches).map((name) => name.split('/')[0] ?? name))];
const imports = new Map(floors.flatMap(sources).map((file) => [file, importsOf(file)]));

it('no file imports itself by way of others', () => {
  expect(circles(imports)).toEqual([]);
});

/** The folders of two files, as they lie side by side in the folder that holds both; undefined where one lies in the other. */
function sideBySide(file: string, target: string): [string, string] | undefined {
  const [own, other] = [file.split('/'), target.split('/')];
  const depth = own.findIndex((part, at) => part !== other[at]);
  if (depth >= own.length - 1 || depth >= other.length - 1) return undefined;
  return [own.slice(0, depth + 1).join('/'), other.slice(0, depth + 1).join('/')];
}

it('no folder imports itself by way of those beside it', () => {
  const edges = [...imports].flatMap(([file, targets]) => targets.map((target) => sideBySide(file, target)));
  const folders = Map.groupBy(
    edges.filter((edge) => edge !== undefined),
    ([from]) => from,
  );
  const graph = new Map([...folders].map(([from, those]) => [from, those.map(([, to]) => to)]));
  expect(circles(graph)).toEqual([]);
});

it('make install takes every folder along', () => {
  const [, shipped = ''] = /^shipped := (.*(?:\\\n.*)*)$/m.exec(readFileSync(path.join(top, 'Makefile'), 'utf8')) ?? [];
  const words = shipped.split(/[\s\\]+/);
  expect(Object.keys(reaches).filter((name) => !words.includes(name.split('/')[0] ?? name))).toEqual([]);
});
