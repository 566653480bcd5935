import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { attackOnce, fuzz } from './fuzz.ts';
import { attack } from './mutate.ts';
import { ofText } from './target.ts';
import { fuzzTargets } from './targets/index.ts';

/** Number 0 is one of the large inputs, which show what takes longer than linear time; `make fuzz` takes many more. */
const count = 40;

it.each(fuzzTargets)('$name takes what the attack begins with', async ({ seeds, read }) => {
  for (const seed of seeds) await expect(Promise.try(read, seed)).resolves.not.toThrow();
});
it.each(fuzzTargets)('$name reads whatever comes, or refuses in words', async (target) => {
  expect((await fuzz(target, { first: 0, count, limitMs: 60_000 })).fault).toBeUndefined();
});
it('makes the same input of the same number', () => {
  const seeds = [Buffer.from('one line\nand another\n')];
  expect(attack(seeds, 400)).toEqual(attack(seeds, 400));
  expect(
    new Set(Array.from({ length: 100 }, (_, number) => attack(seeds, number).toString('hex'))).size,
  ).toBeGreaterThan(90);
});
it('takes an error that is none in words for a fault', async () => {
  const broken = ofText('broken', (text) => JSON.parse(text) as unknown, ['{}']);
  expect(await attackOnce(broken, Buffer.from('{'))).toMatch('SyntaxError');
});

/** A port of the command line, and lines that the parser of their text hands on. */
const elsewhere = /^parse(Port|\w+Line)$/;

it('knows every parser of the project', () => {
  const top = path.resolve(import.meta.dirname, '../..');
  const sources = ['common', 'machine', 'install', 'builder', 'runtime', 'server', 'client'].flatMap((folder) =>
    readdirSync(path.join(top, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .map((name) => path.join(folder, name)),
  );
  const targets = readdirSync(path.join(import.meta.dirname, 'targets'))
    .map((name) => readFileSync(path.join(import.meta.dirname, 'targets', name), 'utf8'))
    .join('\n');
  const unknown = sources.flatMap((file) =>
    [...readFileSync(path.join(top, file), 'utf8').matchAll(/^export (?:function|const) (parse[A-Z]\w*)/gm)]
      .map(([, name = '']) => name)
      .filter((name) => !elsewhere.test(name) && !targets.includes(name))
      .map((name) => `${file}: ${name}`),
  );
  expect(unknown).toEqual([]);
});
