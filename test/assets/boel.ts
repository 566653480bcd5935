import path from 'node:path';
import { run } from '../boot/harness/processes.ts';
import { cacheFile } from './cache.ts';

const top = path.resolve(import.meta.dirname, '../..');

/** `systemimager` as it is in this checkout, on the Node that runs the tests. */
export const systemimager = (...words: string[]): [string, ...string[]] => [
  process.execPath,
  '--disable-warning=ExperimentalWarning',
  path.join(top, 'cli', 'main.ts'),
  ...words,
];

export type Boel = { kernel: string; initrd: string; folder: string };

let built: Promise<Boel> | undefined;

/** BOEL built from this checkout. Builds once a run; where nothing changed since the last one, the builder is done at once. */
export function boel(): Promise<Boel> {
  built ??= (async () => {
    const root = cacheFile('boel');
    await run(systemimager('--root', root, 'build', 'boot'), {
      cwd: '/',
      limitMs: 1_200_000,
      env: { HOME: process.env.HOME ?? '/root', SYSTEMIMAGER_CACHE: cacheFile('') },
    });
    const folder = path.join(root, 'var/lib/systemimager/boot/amd64');
    return { folder, kernel: path.join(folder, 'kernel'), initrd: path.join(folder, 'initrd.img') };
  })();
  return built;
}
