import type { ModuleFolder } from './module-folder.ts';

/** Modules with all that they need, in an order in which they can be loaded. */
export async function moduleClosure(folder: ModuleFolder, names: Iterable<string>): Promise<string[]> {
  const found = new Set<string>();
  const visiting = new Set<string>();
  const visit = async (name: string): Promise<void> => {
    if (found.has(name) || visiting.has(name) || !folder.paths.has(name)) return;
    visiting.add(name);
    const { depends, softdeps } = await folder.info(name);
    for (const one of depends) await visit(one);
    // A soft dependency may be an alias (crypto-crc32c); those are named in kernel-config/ where they matter.
    for (const one of softdeps) await visit(one.replaceAll('-', '_'));
    found.add(name);
  };
  for (const name of names) await visit(name);
  return [...found];
}

/** Modules below fs/ by the names they answer to besides their own, as ext2 and ext3 for ext4 where it does their work. */
async function filesystemAliases(folder: ModuleFolder): Promise<Map<string, string>> {
  const aliases = new Map<string, string>();
  for (const [name, at] of folder.paths) {
    if (!at.startsWith('fs/')) continue;
    for (const alias of (await folder.info(name)).aliases) aliases.set(alias.replace(/^fs-/, ''), name);
  }
  return aliases;
}

/** Where a module that BOEL needs is: among the modules, in the kernel itself, or nowhere. */
export type Located = { modules: string[]; builtin: string[]; missing: string[] };

/** Finds needed modules by name or alias. */
export async function locateModules(folder: ModuleFolder, needed: readonly string[]): Promise<Located> {
  const located: Located = { modules: [], builtin: [], missing: [] };
  const aliases = await filesystemAliases(folder);
  for (const one of needed) {
    const name = one.replaceAll('-', '_');
    const module = folder.paths.has(name) ? name : aliases.get(one);
    if (module) located.modules.push(module);
    else if (folder.builtin.has(name) || folder.builtin.has(one) || folder.builtin.has(`fs-${one}`))
      located.builtin.push(one);
    else located.missing.push(one);
  }
  return located;
}
