import path from 'node:path';
import { run } from '../boot/harness/processes.ts';
import { boel, systemimager } from './boel.ts';
import { cacheFile } from './cache.ts';

let built: Promise<string> | undefined;

/** The program for golden clients, built from this checkout once a run: client.tar.gz. */
export function clientArchive(): Promise<string> {
  built ??= (async () => {
    // One build at a time: both keep packages and their lists in the same cache.
    await boel();
    const root = cacheFile('boel');
    await run(systemimager('--root', root, 'build', 'client'), {
      cwd: '/',
      limitMs: 600_000,
      env: { HOME: process.env.HOME ?? '/root', SYSTEMIMAGER_CACHE: cacheFile('') },
    });
    return path.join(root, 'var/lib/systemimager/boot/amd64/client.tar.gz');
  })();
  return built;
}
