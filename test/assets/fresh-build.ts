import { cp, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { BootReport } from '../../builder/stamp.ts';
import { run } from '../boot/harness/processes.ts';
import { boel, systemimager } from './boel.ts';
import { cacheFile } from './cache.ts';

/** Puts package lists and .debs into `cache`, and nothing that was made of them. */
export async function onlyPackages(cache: string): Promise<void> {
  await boel();
  await rm(cache, { recursive: true, force: true });
  await mkdir(cache, { recursive: true });
  for (const name of ['apt', 'debs'])
    await cp(cacheFile(name), path.join(cache, name), { recursive: true, preserveTimestamps: true });
}

/** `systemimager build boot` below `root` with this cache, and how long it took, in s. */
export async function buildBoel(root: string, cache: string, words: readonly string[] = []) {
  const env = { SYSTEMIMAGER_CACHE: cache, HOME: process.env.HOME ?? '/root' };
  const startedMs = performance.now();
  const argv = systemimager('--root', root, 'build', 'boot', '--force', '--json', ...words);
  const { stdout } = await run(argv, { cwd: '/', env, limitMs: 1_800_000 });
  return { seconds: (performance.now() - startedMs) / 1000, report: BootReport.parse(JSON.parse(stdout)) };
}
