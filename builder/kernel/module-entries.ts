import fs from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../common/system/errors.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { contentKey, once } from '../cache.ts';
import type { Entry } from '../initrd/entry.ts';
import { type BuildContext, runOrFail } from '../run.ts';
import { eachSideBySide } from '../side-by-side.ts';
import { sourceTop } from '../top.ts';
import { locateModules, moduleClosure } from './closure.ts';
import type { Kernel } from './kernel.ts';
import type { ModuleFolder } from './module-folder.ts';
import { unnamedDrivers } from './options.ts';
import { parseModuleList, selectModules } from './patterns.ts';

/** The modules that the initrd needs before its squashfs is mounted. */
export const earlyModules = ['loop', 'squashfs'];

/** Names of all modules that BOEL carries, in an order in which they can be loaded, and of those that its parts name. */
export type Modules = { all: readonly string[]; needed: readonly string[] };

/** Chooses the modules that BOEL carries: those of kernel-config/, those that its parts need, and all their dependencies. */
export async function chooseModules(kernel: Kernel, folder: ModuleFolder, needed: readonly string[]): Promise<Modules> {
  const listFolder = path.join(sourceTop, 'kernel-config');
  const names = (await fs.readdir(listFolder)).filter((name) => name.endsWith('.modules')).sort();
  const paths = [...folder.paths.values()];
  const byPath = new Map([...folder.paths].map(([name, at]) => [at, name]));
  const chosen = new Set<string>();
  for (const name of names) {
    const list = parseModuleList(name, await fs.readFile(path.join(listFolder, name), 'utf8'));
    for (const at of selectModules(list, paths)) chosen.add(byPath.get(at) ?? '');
  }
  const unnamed = unnamedDrivers(kernel.config ?? '');
  const located = await locateModules(
    folder,
    needed.filter((name) => !unnamed.includes(name)),
  );
  if (located.missing.length > 0)
    throw new UserError(
      `the kernel ${kernel.version} has no ${located.missing.join(', ')}, neither as a module nor built in`,
      `Take a kernel that has them, or build without them: --without ${located.missing.join(' ')}`,
    );
  for (const name of located.modules) chosen.add(name);
  // Modules may be compressed one by one (Debian 13), so they are decompressed in parallel.
  await eachSideBySide(chosen, (name) => folder.file(name));
  return { all: await moduleClosure(folder, [...chosen].sort()), needed: located.modules };
}

/** Modules below drivers/ that drive no hardware: a layout asks for them. */
const volumes = /^drivers\/md\//;

/** Modules that are requested by name, with their dependencies; the others are drivers, which devices request. */
async function askedByName(folder: ModuleFolder, modules: Modules) {
  const isAsked = (name: string) => {
    const at = folder.paths.get(name) ?? '';
    return !at.startsWith('drivers/') || volumes.test(at);
  };
  return new Set(await moduleClosure(folder, [...modules.needed, ...modules.all.filter(isAsked)]));
}

/**
 * Entries for modules below /usr/lib/modules, with the tables by which modprobe(8) finds them. Below kernel/drivers are
 * only modules that nothing requests by name: the initrd can give them up (packWithSquashfs).
 */
export async function moduleEntries(
  context: BuildContext,
  folder: ModuleFolder,
  modules: Modules,
  cache: AbsPath,
): Promise<Entry[]> {
  const base: AbsPath = `/usr/lib/modules/${folder.version}`;
  const files = new Map<AbsPath, AbsPath>();
  const asked = await askedByName(folder, modules);
  for (const name of modules.all) {
    const at = `${folder.paths.get(name)}.ko`;
    const isKept = asked.has(name) && at.startsWith('drivers/');
    files.set(under(base, isKept ? 'kernel/asked' : 'kernel', at), await folder.file(name));
  }
  const tables = await indexModules(context, folder, files, cache);
  const entry = (at: AbsPath, from: AbsPath): Entry => ({
    kind: 'file',
    at,
    from,
    mode: 0o644,
    topic: 'kernel modules',
  });
  return [
    { kind: 'dir', at: under(base, 'kernel/drivers'), mode: 0o755, topic: 'kernel modules' },
    ...[...files].map(([at, from]) => entry(at, from)),
    ...(await fs.readdir(tables)).sort().map((name) => entry(under(base, name), under(tables, name))),
  ];
}

/** Tables of depmod(8) that an installation does not read: they are for people and for module symbols. */
const unread = [
  'modules.symbols',
  'modules.symbols.bin',
  'modules.devname',
  'modules.order',
  'modules.builtin.modinfo',
];

/** depmod's tables for exactly these files. */
async function indexModules(
  context: BuildContext,
  folder: ModuleFolder,
  files: ReadonlyMap<AbsPath, AbsPath>,
  cache: AbsPath,
): Promise<AbsPath> {
  const stats = await Promise.all(
    [...files].map(async ([at, from]) => `${at} ${from} ${(await fs.stat(from)).mtimeMs}`),
  );
  return once(under(cache, 'depmod', contentKey(folder.at, ...stats)), async (temporary) => {
    const work: AbsPath = `${temporary}.work`;
    const home = under(work, 'lib/modules', folder.version);
    await fs.rm(work, { recursive: true, force: true });
    await fs.mkdir(home, { recursive: true });
    try {
      for (const [at, from] of files) {
        const to = under(work, at.replace(/^\/usr/, ''));
        await fs.mkdir(path.dirname(to), { recursive: true });
        await fs.symlink(from, to).catch(() => fs.copyFile(from, to));
      }
      for (const name of ['modules.builtin', 'modules.builtin.modinfo', 'modules.order'])
        await fs.copyFile(under(folder.at, name), under(home, name)).catch(() => {});
      const argv = ['depmod', '-b', work, folder.version] as const;
      await runOrFail(context, { argv }, 'Indexing the kernel modules');
      await fs.mkdir(temporary, { recursive: true });
      for (const name of await fs.readdir(home))
        if (name.startsWith('modules.') && !unread.includes(name))
          await fs.copyFile(under(home, name), under(temporary, name));
    } finally {
      await fs.rm(work, { recursive: true, force: true });
    }
  });
}
