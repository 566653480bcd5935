import { isBuiltin } from 'node:module';
import { Script } from 'node:vm';
import { expect, it } from 'vitest';
import { bundleProgram, type Program, programs } from './bundle.ts';

it.each(Object.entries<Program>(programs))('%s is one script that needs nothing but Node', async (_, program) => {
  const code = await bundleProgram(program);
  expect(() => new Script(code)).not.toThrow();
  expect(code).toMatch(/^[\0-\x7f]*$/);
  const required = new Set([...code.matchAll(/\brequire\(\s*[`'"]([^`'"]+)/g)].map(([, name = '']) => name));
  expect(required.size).toBeGreaterThan(5);
  expect([...required].filter((name) => !isBuiltin(name))).toEqual([]);
});

it('refuses what would carry another part', async () => {
  const program = { ...programs.client, parts: ['cli'] };
  await expect(bundleProgram(program)).rejects.toThrow(/would carry client.*package\.json/);
});
