import path from 'node:path';
import type { Architecture } from '../../common/boot/architectures.ts';
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

const built = new Map<Architecture, Promise<Boel>>();

/**
 * BOEL built from this checkout. Builds each architecture once a run; where nothing changed since the last one, the builder is done
 * at once.
 */
export function boel(arch: Architecture = 'amd64'): Promise<Boel> {
  const known = built.get(arch);
  if (known) return known;
  const building = build(arch);
  built.set(arch, building);
  return building;
}

async function build(arch: Architecture): Promise<Boel> {
  const root = cacheFile('boel');
  await run(systemimager('--root', root, 'build', 'boot', '--arch', arch), {
    cwd: '/',
    limitMs: 1_200_000,
    env: { HOME: process.env.HOME ?? '/root', SYSTEMIMAGER_CACHE: cacheFile('') },
  });
  const folder = path.join(root, 'var/lib/systemimager/boot', arch);
  return { folder, kernel: path.join(folder, 'kernel'), initrd: path.join(folder, 'initrd.img') };
}
