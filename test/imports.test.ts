import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

/** Who may import whom: each folder and what it may reach besides itself. Imports run one way. */
const reaches: Record<string, string[]> = {
  'common/model': ['common/system'],
  'common/system': [],
  machine: ['common'],
  install: ['machine', 'common'],
  runtime: ['install', 'machine', 'common'],
  client: ['install', 'machine', 'common'],
  server: ['install', 'machine', 'common'],
  builder: ['client', 'runtime', 'install', 'machine', 'common'],
  cli: ['server', 'client', 'builder', 'runtime', 'install', 'machine', 'common'],
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
  return [...text.matchAll(/from '(\.[^']+)'/g)].map((match) => path.join(path.dirname(file), match[1] ?? ''));
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

/** Files that import each other, however many lie between, each group once. */
function circles(files: readonly string[]): string[] {
  const imports = new Map(files.map((file) => [file, importsOf(file).filter((one) => files.includes(one))]));
  const reached = (from: string) => {
    const seen = new Set<string>();
    const todo = [...(imports.get(from) ?? [])];
    for (let one = todo.pop(); one !== undefined; one = todo.pop())
      if (!seen.has(one)) {
        seen.add(one);
        todo.push(...(imports.get(one) ?? []));
      }
    return seen;
  };
  return files.filter((file) => reached(file).has(file));
}

it('no file imports itself by way of others', () => {
  const folders = [...new Set(Object.keys(reaches).map((name) => name.split('/')[0] ?? name))];
  expect(circles(folders.flatMap(sources))).toEqual([]);
});

it('make install takes every folder along', () => {
  const [, shipped = ''] = /^shipped := (.*(?:\\\n.*)*)$/m.exec(readFileSync(path.join(top, 'Makefile'), 'utf8')) ?? [];
  const words = shipped.split(/[\s\\]+/);
  expect(Object.keys(reaches).filter((name) => !words.includes(name.split('/')[0] ?? name))).toEqual([]);
});
