import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { filesBelow } from './files-below.ts';

it('names links and does not follow them', async () => {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'below-'));
  try {
    mkdirSync(path.join(dir, 'a/b'), { recursive: true });
    writeFileSync(path.join(dir, 'a/b/file'), '');
    symlinkSync('/', path.join(dir, 'a/root'));
    symlinkSync('..', path.join(dir, 'a/b/up'));
    expect(await filesBelow(dir)).toEqual(['a/b/file', 'a/b/up', 'a/root']);
  } finally {
    rmSync(dir, { recursive: true });
  }
});
