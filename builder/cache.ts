import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import { type AbsPath, under } from '../common/system/place.ts';

/** A short name for content: 128 of the 256 bits of SHA-256, hexadecimal. */
export function contentKey(...parts: (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(String(part.length)).update('\0').update(part);
  return hash.digest('hex').slice(0, 32);
}

/**
 * Gives `at`, and makes it first if it is missing. `make` writes under another name, which is then renamed, so that `at` is
 * always complete, even after an interruption.
 */
export async function once(at: AbsPath, make: (temporary: AbsPath) => Promise<void>): Promise<AbsPath> {
  if (await touch(at)) return at;
  const temporary: AbsPath = `${at}.${process.pid}.tmp`;
  await fs.mkdir(under(at, '..'), { recursive: true });
  await fs.rm(temporary, { recursive: true, force: true });
  try {
    await make(temporary);
    // Another build may have been faster, and a rename cannot replace a directory.
    if (!(await exists(at))) await fs.rename(temporary, at);
  } finally {
    await fs.rm(temporary, { recursive: true, force: true });
  }
  return at;
}

/** Marks an entry of the cache as used now; false if the entry is missing. */
export function touch(at: AbsPath): Promise<boolean> {
  const now = new Date();
  return fs.utimes(at, now, now).then(
    () => true,
    () => false,
  );
}

async function exists(at: AbsPath): Promise<boolean> {
  return fs.stat(at).then(
    () => true,
    () => false,
  );
}
