import { readdir, rm } from 'node:fs/promises';
import { absPath } from '../../common/system/place.ts';
import path from 'node:path';
import { configureApt } from '../../builder/packages/apt.ts';
import { run } from '../boot/harness/processes.ts';
import { cached } from './cache.ts';
import { releaseSources } from './package-sources.ts';

/** A kernel of another release of Debian: its file, the folder of its modules, and its version. */
export type ForeignKernel = { kernel: string; modules: string; config: string; version: string };

/** The kernel of a release of Debian, out of its package; fetched once. */
export async function foreignKernel(release: string): Promise<ForeignKernel> {
  const dir = await cached(`golden-kernel-${release}`, { release }, async (unfinished) => {
    const home = absPath(path.join(unfinished, 'apt'));
    const env = await configureApt(home, 'amd64', 'deb', await releaseSources(release));
    const apt = (...argv: [string, ...string[]]) => run(argv, { cwd: absPath(unfinished), env, limitMs: 600_000 });
    await apt('apt-get', 'update', '-q');
    const { stdout } = await apt('apt-cache', 'show', '--no-all-versions', 'linux-image-amd64');
    const name = /^Depends: (linux-image-\S+)/m.exec(stdout)?.[1];
    if (!name) throw new Error(`linux-image-amd64 of ${release} depends on no kernel`);
    await apt('apt-get', 'download', '-q', name);
    const deb = (await readdir(unfinished)).find((one) => one.endsWith('.deb')) ?? '';
    await apt('dpkg-deb', '-x', deb, 'tree');
    await rm(path.join(unfinished, deb));
    await rm(home, { recursive: true });
  });
  const boot = path.join(dir, 'tree/boot');
  const version = (await readdir(boot)).find((one) => one.startsWith('vmlinuz-'))?.slice('vmlinuz-'.length) ?? '';
  return {
    kernel: path.join(boot, `vmlinuz-${version}`),
    config: path.join(boot, `config-${version}`),
    modules: path.join(dir, 'tree/usr/lib/modules', version),
    version,
  };
}
