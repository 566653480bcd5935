import { expect, it } from 'vitest';
import { bundleProgram, type Program, programs } from './bundle.ts';

it.each(Object.entries<Program>(programs))(
  '%s bundles, with nothing in it that is no part of it',
  async (_, program) => {
    expect(await bundleProgram(program)).not.toBe('');
  },
);

it('refuses what would carry another part', async () => {
  const program = { ...programs.client, parts: ['cli'] };
  await expect(bundleProgram(program)).rejects.toThrow(/would carry client.*package\.json/);
});
